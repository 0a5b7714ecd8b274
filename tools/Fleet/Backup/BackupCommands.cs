using System.CommandLine;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary><c>fleet backup</c> and <c>fleet restore</c>, on the server's own machine.</summary>
internal static class BackupCommands
{
    public static IEnumerable<Command> Create()
    {
        Option<string> data = new("--data") { Required = true, Description = "data directory; its server may run" };
        Option<string> output = new("--out") { Required = true, Description = "new file, a ZIP" };
        Command backup = new("backup", "writes database and images as they are at one moment; without private keys") { data, output };
        backup.SetAction(parsed =>
        {
            BackupFile.Write(parsed.GetRequiredValue(data), parsed.GetRequiredValue(output));
            Console.Out.WriteLine($"backup {parsed.GetRequiredValue(output)}");
            return 0;
        });
        yield return backup;

        yield return CreateRestore();
    }

    private static Command CreateRestore()
    {
        Option<string?> from = new("--from") { Description = "what 'fleet backup' wrote" };
        Option<string?> target = new("--data") { Description = "with --from: new data directory" };
        Option<string?> server = new("--database-file") { Description = "instead of both: file with the connection string of a PostgreSQL database that its own tools have put back" };
        Option<string[]> heads = new("--head") { Required = true, Description = "signed head of the audit that was handed over, the latest there is; several, each with its option" };
        Option<string> key = new("--key") { Required = true, Description = "PEM file with the public half of the audit key that signed them: audit.pem" };
        Option<string?> entries = new("--entries") { Description = "exported entries, when the backup is older than a head: what happened in between is done again" };
        Command restore = new("restore", "makes a data directory of a backup, unless that would bring back what was taken away since") { from, target, server, heads, key, entries };
        restore.SetAction(parsed =>
        {
            P256PublicKey signer = AuditKey.ReadPublic(parsed.GetRequiredValue(key));
            List<ChainHead> held = [.. parsed.GetRequiredValue(heads).Select(path => AuditWalk.ReadHead(path, signer))];
            switch (parsed.GetValue(from), parsed.GetValue(target), parsed.GetValue(server))
            {
                case ({ } zip, { } directory, null):
                    Unpacked(zip, directory, signer, held, parsed.GetValue(entries));
                    break;
                case (null, null, { } file):
                    using (DatabaseSource source = DatabaseSource.Of("", file))
                    {
                        Console.Out.WriteLine($"restored, {Prepared(source, signer, held, parsed.GetValue(entries))} entries done again");
                    }

                    break;
                default:
                    throw ToolFailure.BadInput("give either --from and --data, or --database-file");
            }

            return 0;
        });
        restore.Add(ClientCommands.Verb(
            "status", "the last restore, and the devices that have what the database does not: it is older than they are", [], [], async (api, _) => ClientCommands.Json(await api.GetAsync("restore"))));
        Option<string> head = new("--head-sha256") { Required = true, Description = "which loss: SHA-256 of the head that proves it, as 'restore status' gives it" };
        Option<string> reason = new("--reason") { Required = true, Description = "why, for the audit; at most 256 characters" };
        restore.Add(ClientCommands.Verb(
            "accept", "accepts the loss that a head proves; until then nobody gets a right that was not there", [], [head, reason], async (api, parsed) =>
                ClientCommands.Json(await api.PostAsync("restore/accept", new Dictionary<string, string> { ["head"] = parsed.GetRequiredValue(head), ["reason"] = parsed.GetRequiredValue(reason) }))));
        return restore;
    }

    private static int Prepared(DatabaseSource source, P256PublicKey signer, List<ChainHead> held, string? entries)
    {
        source.Prepare();
        AuditSigner.Include(source, signer, DateTime.UtcNow);
        return Restore.Run(source, TimeProvider.System, held, entries);
    }

    private static void Unpacked(string zip, string directory, P256PublicKey signer, List<ChainHead> held, string? entries)
    {
        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw ToolFailure.Refused("exists", $"{directory} is not empty");
        }

        string unfinished = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) + "." + Guid.NewGuid().ToString("N");
        try
        {
            BackupFile.Unpack(zip, unfinished);
            int again;
            using (DatabaseSource source = DatabaseSource.Sqlite(unfinished))
            {
                again = Prepared(source, signer, held, entries);
            }

            if (Directory.Exists(directory))
            {
                Directory.Delete(directory);
            }

            Directory.Move(unfinished, directory);
            Console.Out.WriteLine($"restored {directory}, {again} entries done again");
        }
        finally
        {
            if (Directory.Exists(unfinished))
            {
                Directory.Delete(unfinished, recursive: true);
            }
        }
    }
}

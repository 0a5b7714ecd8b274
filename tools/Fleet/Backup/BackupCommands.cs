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

        Option<string> from = new("--from") { Required = true, Description = "what 'fleet backup' wrote" };
        Option<string> target = new("--data") { Required = true, Description = "new data directory" };
        Option<string[]> heads = new("--head") { Required = true, Description = "signed head of the audit that was handed over, the latest there is; several, each with its option" };
        Option<string> key = new("--key") { Required = true, Description = "PEM file with the public half of the audit key that signed them: audit.pem" };
        Option<string?> entries = new("--entries") { Description = "exported entries, when the backup is older than a head: what happened in between is done again" };
        Command restore = new("restore", "makes a data directory of a backup, unless that would bring back what was taken away since") { from, target, heads, key, entries };
        restore.SetAction(parsed =>
        {
            string directory = parsed.GetRequiredValue(target);
            if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
            {
                throw ToolFailure.Refused("exists", $"{directory} is not empty");
            }

            P256PublicKey signer = AuditKey.ReadPublic(parsed.GetRequiredValue(key));
            List<ChainHead> held = [.. parsed.GetRequiredValue(heads).Select(path => AuditCommand.ReadHead(path, signer))];
            string unfinished = Path.TrimEndingDirectorySeparator(Path.GetFullPath(directory)) + "." + Guid.NewGuid().ToString("N");
            try
            {
                BackupFile.Unpack(parsed.GetRequiredValue(from), unfinished);
                int again;
                using (DatabaseSource source = DatabaseSource.Sqlite(unfinished))
                {
                    source.Prepare();
                    again = Restore.Run(source, TimeProvider.System, held, parsed.GetValue(entries));
                    new AuditTrail(source, TimeProvider.System).Append(
                        new AuditFact { Kind = "restored", Who = Account.Command("restore"), Reason = $"{again} entries done again" });
                }

                if (Directory.Exists(directory))
                {
                    Directory.Delete(directory);
                }

                Directory.Move(unfinished, directory);
                Console.Out.WriteLine($"restored {directory}, {again} entries done again");
                return 0;
            }
            finally
            {
                if (Directory.Exists(unfinished))
                {
                    Directory.Delete(unfinished, recursive: true);
                }
            }
        });
        yield return restore;
    }
}

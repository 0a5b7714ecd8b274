using System.CommandLine;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary><c>fleet audit verify</c>: is the audit what it was when these heads were handed over? Needs no server.</summary>
internal static class AuditCommand
{
    public static Command CreateVerify()
    {
        Option<string?> entries = new("--entries") { Description = "entries as 'fleet audit export' writes them, from the first one on" };
        Option<string?> data = new("--data") { Description = "or the data directory itself; then reasons and addresses are checked too" };
        Option<string?> database = new("--database-file") { Description = "file with a PostgreSQL connection string, as for 'serve'" };
        Option<string[]> heads = new("--head") { Description = "signed head that was handed over; several, each with its option" };
        Option<string> key = new("--key") { Required = true, Description = "PEM file with the public half of the audit key: audit.pem of the data directory, kept elsewhere" };
        Command verify = new("verify", "walks the whole audit: nothing missing, nothing changed, every given head met") { entries, data, database, heads, key };
        verify.SetAction(parsed =>
        {
            P256PublicKey signer = AuditKey.ReadPublic(parsed.GetRequiredValue(key));
            List<ChainHead> held = [.. (parsed.GetValue(heads) ?? []).Select(path => AuditWalk.ReadHead(path, signer))];
            using DatabaseSource? source = parsed.GetValue(data) is { } directory ? DatabaseSource.Of(directory, parsed.GetValue(database)) : null;
            if ((source is null) == (parsed.GetValue(entries) is null))
            {
                throw ToolFailure.BadInput("give either --entries or --data");
            }

            AuditTrail? trail = source is null ? null : new AuditTrail(source, TimeProvider.System);
            ChainPosition end = AuditWalk.Walk(trail?.Entries(0) ?? AuditFile.Read(parsed.GetValue(entries)!), held);
            if (trail?.WrongDetail() is { } wrong)
            {
                throw ToolFailure.Refused("detail-changed", wrong);
            }

            Console.Out.WriteLine($"verified entries={end.Sequence} heads={held.Count} hash={Convert.ToHexStringLower(end.Hash)}");
            return 0;
        });
        return verify;
    }
}

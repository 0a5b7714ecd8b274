using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary><c>fleet ledger</c>: what boards say happened to them; shown, exported, and verified with nothing but the export and the board's key.</summary>
internal static class LedgerCommands
{
    private const int MaximumPem = 64 * 1024;

    public static Command Create()
    {
        Option<string> export = new("--out") { Required = true, Description = "new file for the entries and the board's signed heads" };
        return new Command("ledger", "boards' own ledgers: chains that each board keeps, signs and hands over")
        {
            ClientCommands.DeviceVerb("show", "lists what a device's ledger says, at most 1000 entries", [], [], async (api, path, _) =>
                ClientCommands.Table(await api.GetAsync(path + "/ledger"), "number", "at", "kind", "word", "count", "hash", "problem")),
            ClientCommands.DeviceVerb("export", "writes a device's ledger to a file: to be kept elsewhere, and verified", [], [export], async (api, path, parsed) =>
            {
                WholeFile.Write(parsed.GetRequiredValue(export), await api.DownloadAsync(path + "/ledger/entries"), overwrite: false);
                return $"exported {parsed.GetRequiredValue(export)}";
            }),
            CreateVerify(),
        };
    }

    private static Command CreateVerify()
    {
        Option<string> entries = new("--entries") { Required = true, Description = "ledger as 'fleet ledger export' writes it" };
        Option<string?> certificate = new("--certificate") { Description = "PEM file with the board's certificate" };
        Option<string?> key = new("--key") { Description = "or PEM file with its public key" };
        Option<string[]> heads = new("--head") { Description = "signed head that somebody else holds; several, each with its option" };
        Option<bool> list = new("--list") { Description = "prints each entry" };
        Command verify = new("verify", "walks a whole ledger: nothing missing unsaid, nothing changed, signed by the board to its end; needs no server")
        {
            entries, certificate, key, heads, list,
        };
        verify.SetAction(parsed =>
        {
            P256PublicKey signer = (parsed.GetValue(certificate), parsed.GetValue(key)) switch
            {
                ({ } path, null) => OfCertificate(path),
                (null, { } path) => AuditKey.ReadPublic(path),
                _ => throw ToolFailure.BadInput("give either --certificate or --key"),
            };
            LedgerProof proof = LedgerProof.Of(
                AuditFile.Read(parsed.GetRequiredValue(entries)), signer,
                (parsed.GetValue(heads) ?? []).Select(path => WholeFile.Read(path, ChainHead.MaximumSize)));
            foreach (ChainEntry entry in parsed.GetValue(list) ? proof.Entries : [])
            {
                Console.Out.WriteLine(Line(entry));
            }

            string gaps = string.Join(',', proof.Gaps.Select(gap => string.Create(CultureInfo.InvariantCulture, $"{gap.From}-{gap.To}")));
            Console.Out.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"verified chain={BoardLedger.ChainName(signer.KeyHash())} entries={proof.Entries.Count} end={proof.End.Sequence} gaps={(gaps.Length == 0 ? "none" : gaps)} hash={Convert.ToHexStringLower(proof.End.Hash)}"));
            return 0;
        });
        return verify;
    }

    private static string Line(ChainEntry entry)
    {
        LedgerEvent what = LedgerEvent.Read(entry);
        string at = DateTimeOffset.FromUnixTimeSeconds(Math.Min(entry.Time, 253402300799)).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{entry.Sequence} {at} {what.Kind} word=\"{what.Word}\" number={what.Number} hash={(what.Hash.Length == 0 ? "-" : Convert.ToHexStringLower(what.Hash))}");
    }

    private static P256PublicKey OfCertificate(string path)
    {
        try
        {
            using X509Certificate2 certificate = X509Certificate2.CreateFromPem(Encoding.ASCII.GetString(WholeFile.Read(path, MaximumPem)));
            byte[] info = certificate.PublicKey.ExportSubjectPublicKeyInfo();
            return P256PublicKey.DecodeSubjectPublicKeyInfo(info, 0, info.Length) ?? throw new CryptographicException();
        }
        catch (CryptographicException)
        {
            throw ToolFailure.BadInput($"{path} holds no certificate of a P-256 key");
        }
    }
}

using System.Security.Cryptography;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The same as the command shows it.</summary>
public sealed partial class LedgerTests
{
    [TestMethod]
    public async Task TheCommandVerifiesWithoutAServer()
    {
        _board.Add(4);
        HandOver(_board);
        string entries = Path.Combine(_directory.Path, "ledger");
        string key = Path.Combine(_directory.Path, "board.pem");
        await using (FileStream stream = File.Create(entries))
        {
            await AuditFile.WriteAsync(stream, Items());
        }

        byte[] info = _board.Key.PublicKey.EncodeSubjectPublicKeyInfo();
        await File.WriteAllTextAsync(key, new string(PemEncoding.Write("PUBLIC KEY", info)));
        await CommandTests.AssertRunsAsync(0, "entries=4 end=4 gaps=none", ["ledger", "verify", "--entries", entries, "--key", key]);
        await CommandTests.AssertRunsAsync(0, "4 1970-01-01T00:16:40Z boot word=\"test\"", ["ledger", "verify", "--list", "--entries", entries, "--key", key]);
        byte[] bytes = await File.ReadAllBytesAsync(entries);
        bytes[200] ^= 1;
        await File.WriteAllBytesAsync(entries, bytes);
        await CommandTests.AssertRunsAsync(1, "refused: ledger-", ["ledger", "verify", "--entries", entries, "--key", key]);
        await CommandTests.AssertRunsAsync(2, "give either", ["ledger", "verify", "--entries", entries]);
    }
}

using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Factory;
using DeviceFirmware.Identity;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>
/// The station's power goes between any two operations on its record: what was on the disk then goes on in another process, with the same
/// board. Nothing is signed that is not recorded, and one serial number, one id, one key is all that there ever was.
/// </summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class StationPowerTests
{
    private static readonly string[] _files = ["factory.db", "factory.db-wal"];

    private readonly Bench _bench = new();

    [TestCleanup]
    public void Clean() => _bench.Dispose();

    [TestMethod]
    public void ACutAnywhereLeavesOneIdentityForTheBoard()
    {
        int cuts = 0;
        for (int cut = 1; Cut(cut); cut++)
        {
            cuts = cut;
        }

        Assert.IsTrue(cuts > 15, $"{cuts} operations");
    }

    [TestMethod]
    public void AKilledProcessLeavesARecordThatVerifies()
    {
        string data = _bench["killed"];
        for (int i = 0; i < 4; i++)
        {
            using Process process = Process.Start(SignStart($"unit-{i}", data))!;
            if (!process.WaitForExit(TimeSpan.FromMilliseconds(150 + (i * 130))))
            {
                process.Kill();
                process.WaitForExit();
            }

            using Process again = Process.Start(SignStart($"unit-{i}", data))!;
            Assert.IsTrue(again.WaitForExit(TimeSpan.FromMinutes(1)));
        }

        using ManufacturingDatabase database = ManufacturingDatabase.Open(data, create: false);
        Assert.IsNull(RecordVerification.WhyNot(database, []));
        Assert.HasCount(4, database.All());
        Assert.IsTrue(database.All().All(record => record.State == BoardRecordState.Completed));
    }

    /// <summary>True while there was an operation of that number to cut at.</summary>
    private bool Cut(int number)
    {
        string before = _bench[$"before-{number}"];
        string after = _bench[$"after-{number}"];
        Directory.CreateDirectory(after);
        FakeBoard board = _bench.NewBoard();
        List<byte[]> left = [];
        FakeLine line = new(board) { Transmit = (_, request, answer) => Watched(left, request, answer) };
        bool wasCut = false;
        using (ManufacturingDatabase database = ManufacturingDatabase.Open(before, create: true))
        {
            int operations = 0;
            database.Connection.BeforeOperation = _ =>
            {
                if (++operations == number)
                {
                    // What lies on the disk at this moment is what the next process finds.
                    foreach (string file in _files.Where(file => File.Exists(Path.Combine(before, file))))
                    {
                        File.Copy(Path.Combine(before, file), Path.Combine(after, file));
                    }

                    wasCut = true;
                    throw new PowerWentException();
                }
            };
            try
            {
                _bench.Keeper = new ClaimStore(database);
                Assert.IsNull(_bench.Run(line, database.Reserve(board.KeyHash, "unit"), new SigningDesk(database, new CertificateIssuer(_bench.Ca), TimeProvider.System)));
            }
            catch (PowerWentException)
            {
            }
        }

        if (!wasCut)
        {
            return false;
        }

        board.Restart();
        using ManufacturingDatabase found = ManufacturingDatabase.Open(after, create: true);
        Assert.IsNull(RecordVerification.WhyNot(found, []), $"cut {number}");
        foreach (byte[] certificate in left)
        {
            string serial = Serial(certificate);
            Assert.IsTrue(found.All().Any(record => record.Serial.TrimStart('0') == serial), $"cut {number}: a certificate left that is not recorded");
        }

        string id = found.Reserve(board.KeyHash, "unit");
        _bench.Keeper = new ClaimStore(found);
        Assert.IsNull(_bench.Run(new FakeLine(board) { Transmit = line.Transmit }, id, new SigningDesk(found, new CertificateIssuer(_bench.Ca), TimeProvider.System)), $"cut {number}");
        BoardRecord done = found.All().Single();
        Assert.AreEqual(("unit-000001", BoardRecordState.Completed), (done.DeviceId, done.State));
        CollectionAssert.AreEqual(done.Certificate, board.Identity!.Certificate);
        Assert.IsTrue(left.All(certificate => Serial(certificate) == done.Serial.TrimStart('0')), $"cut {number}: two serial numbers left the station");
        Assert.IsNull(RecordVerification.WhyNot(found, []));
        return true;
    }

    private static byte[] Watched(List<byte[]> left, Provisioning.SerialFrame request, Func<byte[]> answer)
    {
        if (request.Type == Provisioning.MessageType.Identity && Provisioning.IdentityMessage.Decode(request.Body) is { } identity)
        {
            left.Add(identity.Certificate);
        }

        return answer();
    }

    private static string Serial(byte[] der)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(der);
        return Convert.ToHexStringLower(certificate.SerialNumberBytes.Span).TrimStart('0');
    }

    private ProcessStartInfo SignStart(string id, string data)
    {
        string csr = _bench[id + ".csr"];
        if (!File.Exists(csr))
        {
            DeviceFirmware.Crypto.P256PrivateKey key = DeviceFirmware.Crypto.P256PrivateKey.Import(RandomNumberGenerator.GetBytes(32));
            File.WriteAllBytes(csr, Bytes.Pem.Encode(Identity.CertificateRequest.PemLabel, Identity.CertificateRequest.Create(new StoredKey(key), "hw-" + id, id)));
        }

        return ToolRun.Start(
            "factory", "sign", "--csr", csr, "--id", id, "--hardware-id", "hw-" + id, "--out", _bench[id + ".pem"], "--force", "--data", data,
            "--ca-certificate", _bench.Environment.FactoryIssuing, "--ca-key", _bench.Environment.FactoryIssuingKey, "--root", _bench.Environment.FactoryRoot,
            "--batch", "b", "--line", "l", "--station", "s", "--operator", "o");
    }

    private sealed class PowerWentException : Exception;
}

using System.Text;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The factory's records: idempotent, all or none, and no identity twice.</summary>
[TestClass]
public sealed class ImportTests
{
    [TestMethod]
    public void ImportIsIdempotentAndSurvivesRestart()
    {
        using TemporaryDirectory directory = new();
        using (DeviceRegistry registry = Records.Open(directory))
        {
            Assert.AreEqual(new ImportResult(2, 0), Records.Import(registry, Records.Record("a"), Records.Record("b")).Value);
            Assert.AreEqual(new ImportResult(1, 2), Records.Import(registry, Records.Record("a"), Records.Record("b"), Records.Record("c")).Value);
            Assert.AreEqual(new ImportResult(0, 1), Records.Import(registry, Records.Record("a")).Value);
            Assert.HasCount(3, registry.Audit(0, 100, null));
        }

        using DeviceRegistry reopened = Records.Open(directory);
        Assert.AreEqual(new ImportResult(0, 3), Records.Import(reopened, Records.Record("a"), Records.Record("b"), Records.Record("c")).Value);
        Assert.AreEqual(DateTimeKind.Utc, reopened.Find("a")!.ManufacturedAt.Kind);
    }

    [TestMethod]
    public void ImportOfAKnownDeviceDoesNotMoveItBack()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Records.Bring(registry, "a", DeviceState.Revoked, null);
        Assert.AreEqual(new ImportResult(0, 1), Records.Import(registry, Records.Record("a")).Value);
        Assert.AreEqual(DeviceState.Revoked, registry.Find("a")!.State);
    }

    [TestMethod]
    [DataRow("hardwareId")]
    [DataRow("publicKeyHash")]
    [DataRow("certificateSha256")]
    [DataRow("batch")]
    [DataRow("line")]
    [DataRow("station")]
    [DataRow("operator")]
    [DataRow("firmwareVersion")]
    [DataRow("manufacturedAt")]
    public void ADifferentRecordUnderAKnownIdIsRefused(string member)
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Records.Import(registry, Records.Record("a"));
        Dictionary<string, string> other = Records.Record("a");
        other[member] = member switch
        {
            "publicKeyHash" or "certificateSha256" => Records.Hash("another"),
            "manufacturedAt" => "2026-11-22T10:00:01Z",
            _ => "another",
        };
        Assert.AreEqual("record-differs", Records.Import(registry, other).Refusal!.Token);
    }

    [TestMethod]
    [DataRow("publicKeyHash", "key-known")]
    [DataRow("certificateSha256", "certificate-known")]
    public void AKnownKeyUnderAnotherIdIsRefusedAndNothingOfTheManifestStays(string member, string token)
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Records.Import(registry, Records.Record("a"));
        Dictionary<string, string> thief = Records.Record("b");
        thief[member] = Records.Record("a")[member];
        Refusal refusal = Records.Import(registry, Records.Record("c"), thief).Refusal!;
        Assert.AreEqual(token, refusal.Token);
        Assert.EndsWith("is registered for device 'a'", refusal.Text, "the device that has it now, not one that had it once");
        Assert.IsNull(registry.Find("b"));
        Assert.IsNull(registry.Find("c"));
        Assert.HasCount(1, registry.Audit(0, 100, null));
    }

    [TestMethod]
    public void TheSameKeyTwiceInOneManifestIsRefused()
    {
        using TemporaryDirectory directory = new();
        using DeviceRegistry registry = Records.Open(directory);
        Dictionary<string, string> twin = Records.Record("b");
        twin["publicKeyHash"] = Records.Record("a")["publicKeyHash"];
        Assert.AreEqual("key-known", Records.Import(registry, Records.Record("a"), twin).Refusal!.Token);
        Assert.IsNull(registry.Find("a"));
    }

    [TestMethod]
    [DataRow("id", "Board", "'id' must be")]
    [DataRow("id", "", "'id' must be")]
    [DataRow("id", "a/b", "'id' must be")]
    [DataRow("id", "123456789012345678901234567890123", "'id' must be")]
    [DataRow("hardwareId", "", "'hardwareId' is empty")]
    [DataRow("publicKeyHash", "00", "'publicKeyHash' must be")]
    [DataRow("publicKeyHash", "E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", "'publicKeyHash' must be")]
    [DataRow("certificateSha256", "", "'certificateSha256' must be")]
    [DataRow("manufacturedAt", "2026-11-22", "'manufacturedAt' must be")]
    [DataRow("manufacturedAt", "2026-11-22T10:00:00+01:00", "'manufacturedAt' must be")]
    [DataRow("batch", "line\nbreak", "'batch' must be")]
    [DataRow("batch", "12345678901234567890123456789012345678901234567890123456789012345", "'batch' must be")]
    public void AMalformedRecordIsRefusedWithItsPlace(string member, string value, string expected)
    {
        Dictionary<string, string> record = Records.Record("b");
        record[member] = value;
        Assert.IsFalse(ManufacturingRecord.TryParse(Records.Manifest(Records.Record("a"), record), out _, out string? problem));
        Assert.StartsWith("record[1]: ", problem);
        Assert.Contains(expected, problem);
    }

    [TestMethod]
    public void TooManyRecordsAreRefused()
    {
        byte[] manifest = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Repeat("{}", 10_001)) + "]");
        Assert.IsFalse(ManufacturingRecord.TryParse(manifest, out _, out string? problem));
        Assert.AreEqual("document: must be an array of 1 to 10000 records", problem);
    }

    [TestMethod]
    [DataRow("[]", "array of 1 to")]
    [DataRow("{}", "array of 1 to")]
    [DataRow("[{}]", "record[0]: member 'id' is missing")]
    [DataRow("[1]", "record[0]: must be an object")]
    [DataRow("[", "is not JSON")]
    public void AMalformedManifestIsRefused(string text, string expected)
    {
        Assert.IsFalse(ManufacturingRecord.TryParse(Encoding.UTF8.GetBytes(text), out _, out string? problem));
        Assert.Contains(expected, problem);
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Signer;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class PackTests
{
    private static readonly string _assembly = typeof(DeviceFirmware.Tools.HeldKey).Assembly.Location;
    private static readonly string _otherAssembly = typeof(Microsoft.Extensions.Primitives.StringValues).Assembly.Location;

    private readonly MadeEnvironment _environment = MadeEnvironment.Shared;
    private readonly TemporaryDirectory _directory = new();

    [TestCleanup]
    public void Clean() => _directory.Dispose();

    [TestMethod]
    public void AnIndependentParserFindsWhatWasPacked()
    {
        byte[] image = Pack("a.img", ["--minimum-loader", "0.2.3+4", "--core-library", "1.17", "--header-size", "512"], _assembly, _otherAssembly);

        McubootParser parsed = new(image);
        Assert.AreEqual(512, parsed.HeaderSize);
        Assert.AreEqual("1.1.0+7", parsed.Version);
        CollectionAssert.AreEqual((int[])[0x50, 0xA0, 0xA1, 0xA2, 0xA3], parsed.Protected.Select(tlv => tlv.Type).ToArray());
        CollectionAssert.AreEqual((int[])[0x10, 0x01, 0x22], parsed.Unprotected.Select(tlv => tlv.Type).ToArray());
        CollectionAssert.AreEqual((byte[])[2, 0, 0, 0], McubootParser.Value(parsed.Protected, 0x50));
        Assert.AreEqual("virtual-board", Encoding.ASCII.GetString(McubootParser.Value(parsed.Protected, 0xA0)));
        CollectionAssert.AreEqual((byte[])[2], McubootParser.Value(parsed.Protected, 0xA1));
        CollectionAssert.AreEqual((byte[])[0, 2, 3, 0, 4, 0, 0, 0], McubootParser.Value(parsed.Protected, 0xA2));
        Assert.AreEqual("1.17", Encoding.ASCII.GetString(McubootParser.Value(parsed.Protected, 0xA3)));

        byte[] first = File.ReadAllBytes(_assembly);
        Assert.AreEqual(first.Length, BinaryPrimitives.ReadInt32LittleEndian(parsed.Payload));
        CollectionAssert.AreEqual(first, parsed.Payload[4..(4 + first.Length)]);
        int second = (4 + first.Length + 3) & ~3;
        byte[] other = File.ReadAllBytes(_otherAssembly);
        Assert.AreEqual(other.Length, BinaryPrimitives.ReadInt32LittleEndian(parsed.Payload.AsSpan(second)));
        CollectionAssert.AreEqual(other, parsed.Payload[(second + 4)..(second + 4 + other.Length)]);
        Assert.AreEqual(0, parsed.Payload.Length % 4);

        using ECDsa current = PublicKey(_environment.OtaPublic);
        using ECDsa next = PublicKey(_environment.OtaNextPublic);
        Assert.IsTrue(parsed.IsSignedBy(current));
        Assert.IsFalse(parsed.IsSignedBy(next));
    }

    [TestMethod]
    public void NanoAssembliesStandOneBehindTheOther()
    {
        byte[] first = NanoFile.Make(3, padded: false);
        byte[] second = NanoFile.Make(1, padded: false);
        File.WriteAllBytes(_directory["a.pe"], first);
        File.WriteAllBytes(_directory["b.pe"], second);
        PackRun("pe.img", "1", [], _directory["a.pe"], _directory["b.pe"]).MustEndWith(0);

        McubootParser parsed = new(File.ReadAllBytes(_directory["pe.img"]));
        CollectionAssert.AreEqual((byte[])[.. first, 0, .. second, 0, 0, 0], parsed.Payload);
        Assert.AreEqual(0, VerifyOf("pe.img", _environment.OtaPublic, "virtual-board").MustEndWith(0).ExitCode);

        PackRun("no.img", "1", [], _assembly).MustBeBadInput();
        for (int i = 0; i < first.Length; i++)
        {
            byte[] other = [.. first];
            other[i] ^= 4;
            if (i % 9 == 0 || i is 8 or 12 or >= 124)
            {
                File.WriteAllBytes(_directory["c.pe"], other);
                PackRun("no.img", "1", [], _directory["c.pe"]).MustBeBadInput();
            }
        }

        File.WriteAllBytes(_directory["c.pe"], [.. first, 0]);
        PackRun("no.img", "1", [], _directory["c.pe"]).MustBeBadInput();
        PackRun("no.img", "2", [], _directory["a.pe"]).MustBeBadInput();
    }

    [TestMethod]
    public void TheSameInputsGiveTheSameBytes()
    {
        CollectionAssert.AreEqual(Pack("a.img", [], _assembly), Pack("b.img", [], _assembly));
    }

    [TestMethod]
    public void TheLayoutIsImgtools()
    {
        string path = SharedVectors.PathOf("mcuboot/good-h512.bin");
        McubootParser theirs = new(File.ReadAllBytes(path));
        McubootParser ours = new(Pack("a.img", ["--header-size", "512"], _assembly));
        CollectionAssert.AreEqual(theirs.Protected.Select(tlv => tlv.Type).ToArray(), ours.Protected.Select(tlv => tlv.Type).ToArray());
        CollectionAssert.AreEqual(theirs.Unprotected.Select(tlv => tlv.Type).ToArray(), ours.Unprotected.Select(tlv => tlv.Type).ToArray());
        CollectionAssert.AreEqual(theirs.Signed[32..512], ours.Signed[32..512], "header padding");
    }

    [TestMethod]
    public void VerifyTakesItWithItsKeyAndNothingElse()
    {
        byte[] image = Pack("a.img", ["--core-library", "1.17"], _assembly);

        Verify(_environment.OtaPublic, "virtual-board").MustEndWith(0);
        ToolRun.Of("signer", "verify", "--key", _environment.OtaNextPublic, "--key", _environment.OtaPublic, "--board-type", "virtual-board", _directory["a.img"]).MustEndWith(0);
        Verify(_environment.OtaPublic, "virtual-board", "--minimum-counter", "2").MustEndWith(0);
        Verify(_environment.OtaNextPublic, "virtual-board").MustRefuse("unknown-key");
        Verify(_environment.OtaPublic, "esp32-s3-octal").MustRefuse("other-board-type");
        Verify(_environment.OtaPublic, "virtual-board", "--minimum-counter", "3").MustRefuse("counter-too-low");
        Verify(_environment.OtaPublic, "virtual-board", "--payload-kind", "1").MustRefuse("other-payload-kind");

        image[100] ^= 1;
        File.WriteAllBytes(_directory["a.img"], image);
        Verify(_environment.OtaPublic, "virtual-board").MustRefuse("wrong-hash");
        Verify(_environment.OtaKey, "virtual-board").MustBeBadInput();
    }

    [TestMethod]
    public void InspectShowsBrokenImagesToo()
    {
        byte[] image = Pack("a.img", [], _assembly);
        using JsonDocument whole = JsonDocument.Parse(Inspect("a.img").MustEndWith(0).Output);
        Assert.AreEqual("1.1.0+7", whole.RootElement.GetProperty("version").GetString());
        Assert.AreEqual(JsonValueKind.Null, whole.RootElement.GetProperty("problem").ValueKind);
        Assert.AreEqual(6, whole.RootElement.GetProperty("tlvs").GetArrayLength());

        for (int length = 32; length < image.Length; length += image.Length / 7)
        {
            File.WriteAllBytes(_directory["cut.img"], image[..length]);
            using JsonDocument cut = JsonDocument.Parse(Inspect("cut.img").MustEndWith(0).Output);
            Assert.AreEqual(JsonValueKind.String, cut.RootElement.GetProperty("problem").ValueKind);
        }

        File.WriteAllBytes(_directory["cut.img"], image[..31]);
        Inspect("cut.img").MustBeBadInput();
    }

    [TestMethod]
    [DataRow("1.1")]
    [DataRow("1.1.0.0")]
    [DataRow("1.01.0")]
    [DataRow("256.0.0")]
    [DataRow("1.0.65536")]
    [DataRow("1.0.0+4294967296")]
    [DataRow("1.0.0+")]
    [DataRow("1.0.-1")]
    [DataRow("1.0.0 ")]
    [DataRow("v1.0.0")]
    public void RefusesOtherVersions(string version)
    {
        ToolRun.Of("signer", Arguments("a.img", "2", version, [_assembly])).MustBeBadInput();
        Assert.IsFalse(File.Exists(_directory["a.img"]));
    }

    [TestMethod]
    public void TakesTheLargestVersion()
    {
        ToolRun.Of("signer", Arguments("a.img", "2", "255.255.65535+4294967295", [_assembly])).MustEndWith(0);
        Assert.AreEqual("255.255.65535+4294967295", new McubootParser(File.ReadAllBytes(_directory["a.img"])).Version);
    }

    [TestMethod]
    public void OverwritesOnlyByForceAndLeavesNoTemporaryFile()
    {
        Pack("a.img", [], _assembly);
        PackRun("a.img", "2", [], _otherAssembly).MustRefuse("exists");
        PackRun("a.img", "2", ["--force", "--override", "a test"], _otherAssembly).MustEndWith(0);
        CollectionAssert.AreEquivalent((string[])[_directory["a.img"], _directory["a.img.releases"]], Directory.GetFiles(_directory.Path));
    }

    [TestMethod]
    public void RefusesKeysThatAreNone()
    {
        File.WriteAllText(_directory["no.pem"], "-----BEGIN " + "PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        using (ECDsa larger = ECDsa.Create(ECCurve.NamedCurves.nistP384))
        {
            File.WriteAllText(_directory["p384.pem"], larger.ExportPkcs8PrivateKeyPem());
        }

        foreach (string key in (string[])[_directory["no.pem"], _directory["p384.pem"], _environment.OtaPublic, _directory["missing.pem"]])
        {
            ToolRun.Of("signer", "pack", "--payload", _assembly, "--payload-kind", "2", "--board-type", "virtual-board", "--version", "1.0.0",
                "--security-counter", "1", "--key", key, "--out", _directory["a.img"]).MustBeBadInput();
        }
    }

    private byte[] Pack(string name, string[] options, params string[] payload)
    {
        PackRun(name, "2", options, payload).MustEndWith(0);
        return File.ReadAllBytes(_directory[name]);
    }

    private ToolRun PackRun(string name, string kind, string[] options, params string[] payload) =>
        ToolRun.Of("signer", [.. Arguments(name, kind, "1.1.0+7", payload), .. options]);

    private string[] Arguments(string name, string kind, string version, string[] payload) =>
    [
        "pack", "--payload", .. payload, "--payload-kind", kind, "--board-type", "virtual-board", "--version", version,
        "--security-counter", "2", "--key", _environment.OtaKey, "--log", _directory[name + ".releases"], "--out", _directory[name],
    ];

    private ToolRun Verify(string key, string boardType, params string[] options) =>
        VerifyOf("a.img", key, boardType, options);

    private ToolRun VerifyOf(string name, string key, string boardType, params string[] options) =>
        ToolRun.Of("signer", ["verify", "--key", key, "--board-type", boardType, _directory[name], .. options]);

    private ToolRun Inspect(string name) => ToolRun.Of("signer", "inspect", _directory[name], "--json");

    private static ECDsa PublicKey(string path)
    {
        ECDsa key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(path));
        return key;
    }
}

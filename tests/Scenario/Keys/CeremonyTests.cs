using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using DeviceFirmware.Keys;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Keys;

[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class CeremonyTests
{
    private const string NeverEnds = "99991231235959Z";

    [TestMethod]
    public void MakesTheWholeLayoutAndPrintsNoKey()
    {
        using TemporaryDirectory directory = new();
        ToolRun run = Ceremony(directory, "lab").MustEndWith(0);

        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(directory["public/lab/environment.json"]));
        Assert.AreEqual("lab", manifest.RootElement.GetProperty("environment").GetString());
        Assert.IsFalse(manifest.RootElement.GetProperty("insecure").GetBoolean());
        JsonElement fingerprints = manifest.RootElement.GetProperty("fingerprints");
        foreach (KeyRole role in KeyRole.All)
        {
            Assert.IsTrue(File.Exists(directory[$"public/lab/{role.PublicFile}"]), role.PublicFile);
            StringAssert.Contains(run.Output, fingerprints.GetProperty(role.PublicFile).GetString()!);
            StringAssert.Contains(run.Output, role.NextStep);

            string pem = File.ReadAllText(directory[$"private/{role.PrivateFile}"]);
            StringAssert.StartsWith(pem, "-----BEGIN " + "PRIVATE KEY-----");
            Assert.IsFalse(run.Output.Contains(pem.Split('\n')[1], StringComparison.Ordinal));
        }

        Assert.AreEqual(KeyRole.All.Count, Directory.GetFiles(directory["private"]).Length);
        Assert.IsFalse(run.Output.Contains("PRIVATE", StringComparison.Ordinal));
    }

    [TestMethod]
    public void PrivateFilesAreTheOwnersAlone()
    {
        using TemporaryDirectory directory = new();
        Ceremony(directory, "lab").MustEndWith(0);

        if (!OperatingSystem.IsWindows())
        {
            const UnixFileMode ReadWrite = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            Assert.AreEqual(ReadWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(directory["private"]));
            foreach (string file in Directory.GetFiles(directory["private"]))
            {
                Assert.AreEqual(ReadWrite, File.GetUnixFileMode(file), file);
            }
        }
    }

    [TestMethod]
    public void EachPrivateKeyBelongsToItsPublicFile()
    {
        using TemporaryDirectory directory = new();
        Ceremony(directory, "lab").MustEndWith(0);

        HashSet<string> keys = [];
        foreach (KeyRole role in KeyRole.All)
        {
            using ECDsa key = ECDsa.Create();
            key.ImportFromPem(File.ReadAllText(directory[$"private/{role.PrivateFile}"]));
            string pem = File.ReadAllText(directory[$"public/lab/{role.PublicFile}"]);
            using ECDsa published = pem.Contains("PUBLIC KEY", StringComparison.Ordinal)
                ? ImportPublic(pem)
                : X509Certificate2.CreateFromPem(pem).GetECDsaPublicKey()!;
            CollectionAssert.AreEqual(published.ExportSubjectPublicKeyInfo(), key.ExportSubjectPublicKeyInfo(), role.PublicFile);
            Assert.IsTrue(keys.Add(Convert.ToHexString(key.ExportSubjectPublicKeyInfo())), "a key is shared between roles");
        }
    }

    [TestMethod]
    public void ChainsVerifyStrictlyAndNeverEndWhereTheyMust()
    {
        using TemporaryDirectory directory = new();
        Ceremony(directory, "lab").MustEndWith(0);
        string Of(string file) => directory[$"public/lab/{file}"];

        OpenSsl.Run("verify", "-x509_strict", "-CAfile", Of("factory-root/current.pem"), Of("factory-issuing/current.pem"));
        OpenSsl.Run(
            "verify", "-x509_strict", "-purpose", "sslserver", "-verify_hostname", "localhost", "-verify_ip", "127.0.0.1",
            "-CAfile", Of("fleet-root/current.pem"), Of("broker/current.pem"));
        foreach (string file in (string[])["factory-root/current.pem", "factory-issuing/current.pem"])
        {
            StringAssert.Contains(OpenSsl.Run("asn1parse", "-in", Of(file)), NeverEnds);
        }
    }

    [TestMethod]
    public void ProfilesAreAsDecided()
    {
        using TemporaryDirectory directory = new();
        DateTime before = DateTime.UtcNow.AddSeconds(-1);
        Ceremony(directory, "stage-2").MustEndWith(0);

        X509Certificate2 Read(string file) => X509CertificateLoader.LoadCertificateFromFile(directory[$"public/stage-2/{file}"]);
        using X509Certificate2 root = Read("factory-root/current.pem");
        using X509Certificate2 issuing = Read("factory-issuing/current.pem");
        using X509Certificate2 fleet = Read("fleet-root/current.pem");
        using X509Certificate2 broker = Read("broker/current.pem");

        Assert.AreEqual(1, root.Extensions.OfType<X509BasicConstraintsExtension>().Single().PathLengthConstraint);
        Assert.AreEqual(0, issuing.Extensions.OfType<X509BasicConstraintsExtension>().Single().PathLengthConstraint);
        Assert.AreEqual(fleet.NotBefore.AddYears(20), fleet.NotAfter);
        Assert.AreEqual(broker.NotBefore.AddDays(825), broker.NotAfter);
        using JsonDocument manifest = JsonDocument.Parse(File.ReadAllText(directory["public/stage-2/environment.json"]));
        DateTime created = manifest.RootElement.GetProperty("created").GetDateTime();
        HashSet<string> serials = [];
        foreach (X509Certificate2 certificate in (X509Certificate2[])[root, issuing, fleet, broker])
        {
            StringAssert.Contains(certificate.Subject, "O=stage-2");
            StringAssert.Contains(certificate.Subject, "CN=stage-2 ");
            Assert.AreEqual(created, certificate.NotBefore.ToUniversalTime());
            Assert.IsTrue(created >= before);
            Assert.IsTrue(certificate.Extensions.OfType<X509BasicConstraintsExtension>().Single().Critical);
            Assert.IsTrue(certificate.Extensions.OfType<X509KeyUsageExtension>().Single().Critical);
            Assert.IsTrue(certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Any());
            Assert.IsTrue(certificate.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Any());
            Assert.IsTrue(serials.Add(certificate.SerialNumber));
            Assert.IsTrue(certificate.SerialNumberBytes.Length is >= 14 and <= 17);
        }
    }

    [TestMethod]
    public void RefusesPrivateKeysInsideARepository()
    {
        using TemporaryDirectory directory = new();
        Directory.CreateDirectory(directory["repository/.git"]);
        Run(directory["public"], directory["repository/deep/private"], "lab").MustRefuse("private-in-repository");

        // A work tree of git has a file of that name; and a link into a repository leads into it.
        Directory.CreateDirectory(directory["worktree"]);
        File.WriteAllText(directory["worktree/.git"], "gitdir: elsewhere");
        Run(directory["public"], directory["worktree/private"], "lab").MustRefuse("private-in-repository");
        Directory.CreateSymbolicLink(directory["innocent"], directory["repository"]);
        Run(directory["public"], directory["innocent/private"], "lab").MustRefuse("private-in-repository");

        Assert.IsFalse(Directory.Exists(directory["public"]));
        Assert.IsFalse(Directory.Exists(directory["repository/deep"]));
    }

    [TestMethod]
    public void RefusesPrivateAndPublicInEachOther()
    {
        using TemporaryDirectory directory = new();
        Run(directory["public"], directory["public/lab/private"], "lab").MustRefuse("private-in-public");
        Run(directory["keys/public"], directory["keys"], "lab").MustRefuse("private-in-public");
        Assert.IsEmpty(Directory.GetFileSystemEntries(directory.Path));
    }

    [TestMethod]
    public void NeverOverwrites()
    {
        using TemporaryDirectory directory = new();
        Ceremony(directory, "lab").MustEndWith(0);
        string[] before = Contents(directory);

        Run(directory["public"], directory["private-2"], "lab").MustRefuse("exists");
        Run(directory["public"], directory["private"], "other").MustRefuse("exists");
        CollectionAssert.AreEqual(before, Contents(directory));
    }

    [TestMethod]
    public void AFailedCeremonyLeavesNothing()
    {
        using TemporaryDirectory directory = new();
        File.WriteAllText(directory["public"], "a file where the directory should be");
        Ceremony(directory, "lab").MustBeBadInput();
        CollectionAssert.AreEqual((string[])[directory["public"]], Directory.GetFileSystemEntries(directory.Path));
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("Lab")]
    [DataRow("lab/x")]
    [DataRow("..")]
    [DataRow("seventeen-letters")]
    public void RefusesOtherEnvironmentNames(string name)
    {
        using TemporaryDirectory directory = new();
        Ceremony(directory, name).MustBeBadInput();
        Assert.IsEmpty(Directory.GetFileSystemEntries(directory.Path));
    }

    [TestMethod]
    public void ShowAgreesWithTheFilesAndFindsOneThatDoesNot()
    {
        using TemporaryDirectory directory = new();
        Ceremony(directory, "lab").MustEndWith(0);
        Show(directory, "lab").MustEndWith(0);

        File.Copy(directory["public/lab/ota-signing/next.pem"], directory["public/lab/ota-signing/current.pem"], overwrite: true);
        ToolRun run = Show(directory, "lab");
        run.MustRefuse("files-differ");
        StringAssert.Contains(run.Error, "ota-signing/current.pem");

        File.WriteAllText(directory["public/lab/environment.json"], "{}");
        Show(directory, "lab").MustBeBadInput();
        Show(directory, "none").MustBeBadInput();
    }

    private static ToolRun Ceremony(TemporaryDirectory directory, string environment) =>
        Run(directory["public"], directory["private"], environment);

    private static ToolRun Run(string publicDirectory, string privateDirectory, string environment) =>
        ToolRun.Of("keys", "ceremony", "--environment", environment, "--public", publicDirectory, "--private", privateDirectory);

    private static ToolRun Show(TemporaryDirectory directory, string environment) =>
        ToolRun.Of("keys", "show", "--environment", environment, "--public", directory["public"]);

    private static string[] Contents(TemporaryDirectory directory) =>
        [.. Directory.GetFiles(directory.Path, "*", SearchOption.AllDirectories).Order().Select(file => file + File.ReadAllText(file))];

    private static ECDsa ImportPublic(string pem)
    {
        ECDsa key = ECDsa.Create();
        key.ImportFromPem(pem);
        return key;
    }
}

using DeviceFirmware.Keys;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Keys;

/// <summary>Keys made one by one, each where it will live.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class MakeTests
{
    private readonly TemporaryDirectory _directory = new();

    [TestInitialize]
    public void Begin() => File.WriteAllText(_directory["passphrase"], "a passphrase\n");

    [TestCleanup]
    public void Clean() => _directory.Dispose();

    [TestMethod]
    public void AnEnvironmentGrowsRoleByRole()
    {
        foreach (KeyRole role in KeyRole.All)
        {
            Make(role, [.. Issuer(role)]).MustEndWith(0);
        }

        ToolRun shown = Keys("show").MustEndWith(0);
        Assert.IsFalse(shown.Output.Contains("INSECURE", StringComparison.Ordinal));
        OpenSsl.Run("verify", "-x509_strict", "-CAfile", Public(KeyRole.FactoryRoot), Public(KeyRole.FactoryIssuing));
        OpenSsl.Run("verify", "-x509_strict", "-CAfile", Public(KeyRole.FleetRoot), Public(KeyRole.Broker));
        foreach (KeyRole role in KeyRole.All)
        {
            StringAssert.Contains(File.ReadAllText(_directory[role.Name]), "ENCRYPTED");
        }
    }

    [TestMethod]
    public void NothingIsMadeOutOfOrderOrTwice()
    {
        Make(KeyRole.FactoryIssuing, [.. Issuer(KeyRole.FactoryIssuing)]).MustRefuse("missing");
        Make(KeyRole.FactoryRoot).MustEndWith(0);
        Make(KeyRole.FleetRoot).MustEndWith(0);
        Make(KeyRole.Broker, [.. Issuer(KeyRole.FactoryIssuing)]).MustRefuse("other-key");
        Assert.IsFalse(File.Exists(_directory["broker"]));

        string before = File.ReadAllText(Public(KeyRole.FactoryRoot));
        Keys("make", "factory-root", "--key", _directory["another"], "--passphrase-file", _directory["passphrase"]).MustRefuse("exists");
        Assert.IsFalse(File.Exists(_directory["another"]));
        Assert.AreEqual(before, File.ReadAllText(Public(KeyRole.FactoryRoot)));

        Keys("make", "ota-signing", "--existing", "--key", _directory["fleet-root"], "--passphrase-file", _directory["passphrase"]).MustRefuse("key-shared");
        Keys("make", "rot", "--key", _directory["x"]).MustBeBadInput();
    }

    [TestMethod]
    public void RotationPromotesTheNextKey()
    {
        Make(KeyRole.OtaCurrent).MustEndWith(0);
        Keys("rotate", "--key", _directory["third"], "--passphrase-file", _directory["passphrase"]).MustRefuse("missing");
        Make(KeyRole.OtaNext).MustEndWith(0);
        string next = File.ReadAllText(Public(KeyRole.OtaNext));
        Keys("rotate", "--key", _directory["ota-signing"], "--passphrase-file", _directory["passphrase"]).MustRefuse("exists");
        Keys("rotate", "--key", _directory["third"], "--passphrase-file", _directory["passphrase"]).MustEndWith(0);
        Assert.AreEqual(next, File.ReadAllText(Public(KeyRole.OtaCurrent)));
        Assert.AreNotEqual(next, File.ReadAllText(Public(KeyRole.OtaNext)));
    }

    [TestMethod]
    public void AKeyInTheClearMarksTheEnvironment()
    {
        Keys("make", "ota-signing", "--key", _directory["ota"], "--unencrypted").MustEndWith(0);
        Make(KeyRole.OtaNext).MustEndWith(0);
        StringAssert.Contains(File.ReadAllText(_directory["public/prod/environment.json"]), "\"insecure\": true");
    }

    [TestMethod]
    public void ACertificateIsReplacedUnderTheSameRoot()
    {
        Make(KeyRole.FleetRoot).MustEndWith(0);
        Make(KeyRole.Broker, [.. Issuer(KeyRole.Broker)]).MustEndWith(0);
        string before = File.ReadAllText(Public(KeyRole.Broker));
        Keys(["make", "broker", "--replace", "--key", _directory["broker-2"], "--passphrase-file", _directory["passphrase"], .. Issuer(KeyRole.Broker), "--broker-host", "b.example"]).MustEndWith(0);
        Assert.AreNotEqual(before, File.ReadAllText(Public(KeyRole.Broker)));
        Keys("make", "fleet-root", "--replace", "--key", _directory["root-2"], "--passphrase-file", _directory["passphrase"]).MustRefuse("root-in-use");
        Assert.IsFalse(File.Exists(_directory["root-2"]));
        OpenSsl.Run("verify", "-x509_strict", "-CAfile", Public(KeyRole.FleetRoot), Public(KeyRole.Broker));
    }

    /// <summary>Boards that have moved to the next fleet root take certificates under it only; the CA's key stays, so that those it has signed hold.</summary>
    [TestMethod]
    public void TheOperationalCaComesUnderTheNextRootBeforeTheRotationEnds()
    {
        KeyRole ca = KeyRole.OperationalCa;
        foreach (KeyRole role in (KeyRole[])[KeyRole.FleetRoot, KeyRole.Broker, ca])
        {
            Make(role, [.. Issuer(role)]).MustEndWith(0);
        }

        string[] next = ["make", ca.Name, "--replace", "--existing", "--key", _directory[ca.Name], "--passphrase-file", _directory["passphrase"],
            "--issuer-key", _directory[KeyRole.FleetRootNext.Name], "--issuer-passphrase-file", _directory["passphrase"]];
        Make(KeyRole.FleetRootNext).MustEndWith(0);
        Keys([.. next[..8], "--issuer-key", _directory[KeyRole.Broker.Name], .. next[10..]]).MustRefuse("other-key");
        OpenSsl.Run("verify", "-x509_strict", "-CAfile", Public(KeyRole.FleetRoot), Public(ca));
        Keys(next).MustEndWith(0);
        OpenSsl.Run("verify", "-x509_strict", "-CAfile", Public(KeyRole.FleetRootNext), Public(ca));
    }

    private ToolRun Make(KeyRole role, params string[] more) =>
        Keys(["make", role.Name, "--key", _directory[role.Name], "--passphrase-file", _directory["passphrase"], .. more]);

    private IEnumerable<string> Issuer(KeyRole role) => role.Issuer is KeyRole above
        ? ["--issuer-key", _directory[above.Name], "--issuer-passphrase-file", _directory["passphrase"]]
        : [];

    private ToolRun Keys(params string[] arguments) => ToolRun.Of("keys", [.. arguments, "--environment", "prod", "--public", _directory["public"]]);

    private string Public(KeyRole role) => _directory["public/prod/" + role.PublicFile];
}

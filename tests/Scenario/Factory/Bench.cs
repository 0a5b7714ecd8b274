using System.Security.Cryptography;
using DeviceFirmware.Bytes;
using DeviceFirmware.Factory;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>A station of one environment with its record, and boards for it.</summary>
public sealed class Bench : IDisposable
{
    public static readonly Production Production = new("batch 7", "line 1", "station 2", "operator 3", "1.0.0+0");
    private static readonly StationTimes _times = new(TimeSpan.FromMilliseconds(150), TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(100));

    /// <summary>How long the station waits.</summary>
    public StationTimes Times { get; set; } = _times;

    private readonly TemporaryDirectory _directory = new();
    private int _boards;

    /// <summary>A bench in the shared environment, or in one of its own with that name.</summary>
    public Bench(string? ownEnvironment = null)
    {
        Environment = ownEnvironment is null ? MadeEnvironment.Shared : new MadeEnvironment(ownEnvironment);
        Ca = IssuingCa.Load(Environment.FactoryIssuing, Environment.FactoryIssuingKey, Environment.FactoryRoot, TimeProvider.System);
        Database = ManufacturingDatabase.Open(DataDirectory, create: true);
        Desk = new SigningDesk(Database, new CertificateIssuer(Ca), TimeProvider.System);
        Image = FirstImage.Read(Environment.Image);
    }

    public MadeEnvironment Environment { get; }

    public IssuingCa Ca { get; }

    public ManufacturingDatabase Database { get; }

    public SigningDesk Desk { get; }

    public FirstImage Image { get; set; }

    public string DataDirectory => _directory["data"];

    public string this[string name] => _directory[name];

    /// <summary>The station's own key, made when first asked for; its public half lies beside it as station.pem.</summary>
    public string StationKey
    {
        get
        {
            if (!File.Exists(_directory["station.key.pem"]))
            {
                ToolRun.Of("factory", "key", "new", "--key", _directory["station.key.pem"], "--unencrypted").MustEndWith(0);
                ToolRun.Of("factory", "key", "public", "--key", _directory["station.key.pem"], "--out", StationPublic).MustEndWith(0);
            }

            return _directory["station.key.pem"];
        }
    }

    public string StationPublic => _directory["station.pem"];

    /// <summary>What the station told the operator in the last run.</summary>
    public List<string> Told { get; } = [];

    /// <summary>Where the boards' secrets go; null: into the record.</summary>
    public ISecretKeeper? Keeper { get; set; }

    /// <summary>A new board built for this environment.</summary>
    public FakeBoard NewBoard(string? hardwareId = null, DeviceFirmware.Crypto.P256PrivateKey? key = null) => new(
        Ca.Environment,
        Ca.Root.Encoded,
        Pem.Decode("PUBLIC KEY", File.ReadAllBytes(Environment.OtaPublic)),
        hardwareId ?? $"hw-{_boards++}-{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4))}",
        key);

    /// <summary>One board through the station.</summary>
    public StationStop? Run(IStationLine line, string deviceId = "board-1", SigningDesk? desk = null, AdmissionRule? rule = null)
    {
        Told.Clear();
        BoardSetup setup = new("localhost", 8883, 5, "", "");
        return new ProvisioningRun(new BoardLink(line, Times), desk ?? Desk, Keeper ?? new ClaimStore(Database), Ca, deviceId, Production, rule ?? new AdmissionRule(AdmissionRule.Dev, null, null), setup, Image, Told.Add).Run();
    }

    public void Dispose()
    {
        Database.Dispose();
        Ca.Dispose();
        if (Environment != MadeEnvironment.Shared)
        {
            Environment.Dispose();
        }

        _directory.Dispose();
    }
}

namespace DeviceFirmware.Scenario.Tools;

/// <summary>An environment made by a ceremony of its own, with a first image signed for it.</summary>
public sealed class MadeEnvironment : IDisposable
{
    /// <summary>The type of the boards the image is for.</summary>
    public const string BoardType = "virtual-board";

    private static readonly Lazy<MadeEnvironment> _shared = new(() =>
    {
        MadeEnvironment environment = new("lab");
        AppDomain.CurrentDomain.ProcessExit += (_, _) => environment.Dispose();
        return environment;
    });

    private readonly TemporaryDirectory _directory = new();
    private readonly Lazy<string> _image;

    public MadeEnvironment(string name)
    {
        Name = name;
        ToolRun.Of("keys", "ceremony", "--environment", name, "--public", PublicDirectory, "--private", PrivateDirectory, "--insecure").MustEndWith(0);
        _image = new Lazy<string>(PackImage);
    }

    /// <summary>One environment named lab for every test that changes nothing in it.</summary>
    public static MadeEnvironment Shared => _shared.Value;

    public string Name { get; }

    public string FactoryRoot => Public("factory-root/current.pem");

    public string FactoryIssuing => Public("factory-issuing/current.pem");

    public string FactoryIssuingKey => Private("factory-issuing.key.pem");

    public string OtaPublic => Public("ota-signing/current.pem");

    public string OtaNextPublic => Public("ota-signing/next.pem");

    public string OtaKey => Private("ota-signing.current.key.pem");

    /// <summary>An image of version 1.0.0, counter 1.</summary>
    public string Image => _image.Value;

    private string PublicDirectory => _directory["public"];

    private string PrivateDirectory => _directory["private"];

    public string Public(string file) => Path.Combine(PublicDirectory, Name, file);

    public string Private(string file) => Path.Combine(PrivateDirectory, file);

    public void Dispose() => _directory.Dispose();

    private string PackImage()
    {
        string path = _directory["first.img"];
        ToolRun.Of(
            "signer", "pack", "--payload", typeof(DeviceFirmware.Keys.KeyRole).Assembly.Location, "--payload-kind", "2", "--board-type", BoardType,
            "--version", "1.0.0", "--security-counter", "1", "--key", OtaKey, "--out", path).MustEndWith(0);
        return path;
    }
}

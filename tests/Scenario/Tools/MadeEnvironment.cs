namespace DeviceFirmware.Scenario.Tools;

/// <summary>An environment made by a ceremony of its own, for one test class.</summary>
public sealed class MadeEnvironment : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public MadeEnvironment(string name = "lab")
    {
        Name = name;
        ToolRun.Of("keys", "ceremony", "--environment", name, "--public", _directory["public"], "--private", _directory["private"], "--insecure").MustEndWith(0);
    }

    public string Name { get; }

    public string FactoryRoot => Public("factory-root/current.pem");

    public string FactoryIssuing => Public("factory-issuing/current.pem");

    public string FactoryIssuingKey => Private("factory-issuing.key.pem");

    public string OtaPublic => Public("ota-signing/current.pem");

    public string OtaNextPublic => Public("ota-signing/next.pem");

    public string OtaKey => Private("ota-signing.current.key.pem");

    public string OtaNextKey => Private("ota-signing.next.key.pem");

    public string PublicDirectory => _directory["public"];

    public string PrivateDirectory => _directory["private"];

    public string Public(string file) => Path.Combine(PublicDirectory, Name, file);

    public string Private(string file) => Path.Combine(PrivateDirectory, file);

    public void Dispose() => _directory.Dispose();
}

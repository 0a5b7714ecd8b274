namespace DeviceFirmware.Scenario.Tools;

/// <summary>SoftHSM2 with a store of its own. A machine without it skips the test; .ci/run installs it.</summary>
public sealed class SoftHsm : IDisposable
{
    private static readonly string[] _modules = ["/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/softhsm/libsofthsm2.so", "/usr/lib64/pkcs11/libsofthsm2.so"];

    private readonly TemporaryDirectory _directory = new();

    public SoftHsm()
    {
        string? module = _modules.FirstOrDefault(File.Exists);
        if (module is null)
        {
            _directory.Dispose();
            Assert.Inconclusive("SoftHSM2 is not installed");
        }

        Module = module;
        Directory.CreateDirectory(Store);
        File.WriteAllText(Configuration, $"directories.tokendir = {Store}\nobjectstore.backend = file\nlog.level = ERROR\n");
    }

    /// <summary>The PKCS#11 library.</summary>
    public string Module { get; }

    /// <summary>What the variable SOFTHSM2_CONF must say.</summary>
    public string Configuration => _directory["softhsm2.conf"];

    /// <summary>The directory of the tokens.</summary>
    public string Store => _directory["tokens"];

    public void Dispose() => _directory.Dispose();
}

using DeviceFirmware.Keys;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Keys;

/// <summary>A copy of the shared environment, which a test may change: its public files, and its private ones as they are.</summary>
internal sealed class RootedEnvironment : IDisposable
{
    internal const string Name = "lab";

    private readonly TemporaryDirectory _directory = new();

    internal RootedEnvironment()
    {
        Copy(Path.GetDirectoryName(MadeEnvironment.Shared.Public("environment.json"))!, Public(""));
    }

    internal string this[string name] => _directory[name];

    internal string Public(string file) => Path.Combine(_directory["public"], Name, file);

    internal string Public(KeyRole role) => Public(role.PublicFile);

    internal string Private(KeyRole role) => MadeEnvironment.Shared.Private(role.PrivateFile);

    internal string[] Folder => ["--environment", Name, "--public", _directory["public"]];

    internal EnvironmentFolder Open() => EnvironmentFolder.Open(_directory["public"], EnvironmentName.Parse(Name));

    /// <summary>The operational CA comes under the next root, as it must before a rotation ends.</summary>
    internal void MoveOperationalCa()
    {
        CommandRun.Of(MakeCommand.Create(), [
            KeyRole.OperationalCa.Name, "--replace", "--existing", "--key", Private(KeyRole.OperationalCa), "--issuer-key", Private(KeyRole.FleetRootNext), .. Folder]).MustEndWith(0);
    }

    /// <summary>Every public file with its text.</summary>
    internal Dictionary<string, string> Files() => Files(Public(""));

    internal static Dictionary<string, string> Files(string directory) =>
        Directory.GetFiles(directory, "*", SearchOption.AllDirectories).ToDictionary(file => Path.GetRelativePath(directory, file), File.ReadAllText);

    internal static void Copy(string from, string to)
    {
        foreach ((string file, string text) in Files(from))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(to, file))!);
            File.WriteAllText(Path.Combine(to, file), text);
        }
    }

    public void Dispose() => _directory.Dispose();
}

using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Keys;

/// <summary>What the firmware's build takes for anchors, and from whom.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class AnchorBuildTests
{
    private const string Generated = "EnvironmentAnchors.g.cs";

    [TestMethod]
    public void SameKeysMakeTheSameBytesAndTheirFingerprintsAreSeen()
    {
        using TemporaryDirectory directory = new();
        Ceremony(directory, "lab", insecure: true);
        ToolRun first = Build(directory, "lab", "Debug", "first").MustEndWith(0);
        Build(directory, "lab", "Debug", "second").MustEndWith(0);

        CollectionAssert.AreEqual(File.ReadAllBytes(directory["first/" + Generated]), File.ReadAllBytes(directory["second/" + Generated]));
        foreach (string file in (string[])["ota-signing/current.pem", "ota-signing/next.pem", "factory-root/current.pem", "fleet-root/current.pem"])
        {
            StringAssert.Contains(first.Output, $"{file} {DeviceFirmware.Keys.PublicFile.Read(directory["public/lab/" + file]).Fingerprint}");
        }
    }

    [TestMethod]
    public void WithoutKeysThereIsNoAnchor()
    {
        using TemporaryDirectory directory = new();
        StringAssert.Contains(Build(directory, "lab", "Release", "out").MustEndWith(0).Output, "this firmware refuses everything");
        Assert.IsFalse(File.ReadAllText(directory["out/" + Generated]).Contains("0x", StringComparison.Ordinal));
    }

    [TestMethod]
    public void ProductionTakesNoKeysMarkedInsecureAndNoDebugBuild()
    {
        using TemporaryDirectory directory = new();
        Ceremony(directory, "prod-eu", insecure: true);
        MustRefuse(Build(directory, "prod-eu", "Release", "out"), "marked insecure");

        using TemporaryDirectory kept = new();
        Ceremony(kept, "prod", insecure: false);
        MustRefuse(Build(kept, "prod", "Debug", "out"), "is built as Release, not as Debug");
        Build(kept, "prod", "Release", "out").MustEndWith(0);
    }

    [TestMethod]
    public void OnlyTheFilesOfTheCeremonyAreTaken()
    {
        using TemporaryDirectory directory = new();
        using TemporaryDirectory other = new();
        Ceremony(directory, "lab", insecure: true);
        Ceremony(other, "lab", insecure: true);
        File.Copy(other["public/lab/fleet-root/current.pem"], directory["public/lab/fleet-root/current.pem"], overwrite: true);
        MustRefuse(Build(directory, "lab", "Release", "out"), "environment.json has another fingerprint");

        Directory.Move(other["public/lab"], other["public/dev"]);
        MustRefuse(Build(other, "dev", "Release", "out"), "not of environment dev");

        File.Delete(other["public/dev/environment.json"]);
        MustRefuse(Build(other, "dev", "Release", "out"), "environment.json: missing");
    }

    private static void Ceremony(TemporaryDirectory directory, string name, bool insecure) => ToolRun.Of("keys", [
        "ceremony", "--environment", name, "--public", directory["public"], "--private", directory["private"], .. insecure ? ["--insecure"] : Array.Empty<string>()]).MustEndWith(0);

    /// <summary>The target that makes the anchors, of the firmware's own project, into a folder of its own.</summary>
    private static ToolRun Build(TemporaryDirectory directory, string environment, string configuration, string output) => SourceTree.Run(
        "dotnet", "msbuild", "firmware/Anchors/Anchors.nfproj", "-nologo", "-t:GenerateEnvironmentAnchors", $"-p:Configuration={configuration}",
        $"-p:DeviceEnvironment={environment}", $"-p:BootloaderKeys={directory["public"]}", $"-p:IntermediateOutputPath={directory[output]}/");

    private static void MustRefuse(ToolRun build, string reason)
    {
        Assert.AreEqual(1, build.ExitCode, build.Output);
        StringAssert.Contains(build.Output, reason);
    }
}

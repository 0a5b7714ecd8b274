using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Keys;

/// <summary>bootloader-keys/CEREMONY.md, command by command, with SoftHSM2 in place of tokens.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
public sealed class CeremonyDocumentTests
{
    [TestMethod]
    public void ItsCommandsMakeAnEnvironmentThatABuildForProductionTakes()
    {
        using SoftHsm tokens = new();
        using TemporaryDirectory directory = new();
        ToolRun run = DocumentedCommands.Run("bootloader-keys/CEREMONY.md", directory.Path, ("SOFTHSM2_CONF", tokens.Configuration)).MustEndWith(0);
        StringAssert.Contains(run.Output, "factory-issuing/current.pem: OK");
        StringAssert.Contains(run.Output, "broker/current.pem: OK");
        StringAssert.Contains(run.Output, "sign with it from now on");

        // What was next is current now, and a build for boards that are sold takes it.
        ToolRun build = SourceTree.Run(
            "dotnet", "msbuild", "firmware/Anchors/Anchors.nfproj", "-nologo", "-t:GenerateEnvironmentAnchors", "-p:Configuration=Release",
            "-p:DeviceEnvironment=prod", $"-p:BootloaderKeys={directory["public"]}", $"-p:IntermediateOutputPath={directory["out"]}/").MustEndWith(0);
        StringAssert.Contains(build.Output, $"ota-signing/current.pem {DeviceFirmware.Keys.PublicFile.Read(directory["public/prod/ota-signing/current.pem"]).Fingerprint}");

        // Nothing private lies about: neither beside the public files nor in a file that is not encrypted.
        foreach (string file in Directory.GetFiles(directory.Path, "*", SearchOption.AllDirectories).Where(file => !file.StartsWith(directory["out"], StringComparison.Ordinal)))
        {
            StringAssert.DoesNotMatch(File.ReadAllText(file), new System.Text.RegularExpressions.Regex("BEGIN (EC )?PRIVATE"), file);
        }
    }
}

using System.Diagnostics;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>What the builder chooses reaches the compiled settings, and nothing else does.</summary>
[TestClass]
public sealed class BoardTargetTests
{
    [TestMethod]
    [DataRow("", "RefusesDebugger = false;", "ClaimsFlashEncryption = false;")]
    [DataRow("-p:RefuseDebugger=true -p:ClaimFlashEncryption=true", "RefusesDebugger = true;", "ClaimsFlashEncryption = true;")]
    public void TheBuildersChoicesAreCompiledIn(string options, params string[] settings)
    {
        string folder = Directory.CreateTempSubdirectory("devicefirmware-target-").FullName;
        try
        {
            string project = Path.Combine(folder, "T.proj");
            string targets = Path.Combine(Repository.Root, "firmware", "Esp32", "BoardTarget.targets");
            File.WriteAllText(project, $"<Project><PropertyGroup><IntermediateOutputPath>{folder}/</IntermediateOutputPath></PropertyGroup><Import Project=\"{targets}\" /></Project>");
            using Process build = Process.Start(new ProcessStartInfo("dotnet", ["msbuild", project, "-t:GenerateBoardTarget", "-v:q", "-nologo", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]) { RedirectStandardOutput = true })!;
            string said = build.StandardOutput.ReadToEnd();
            build.WaitForExit();
            Assert.AreEqual(0, build.ExitCode, said);
            string source = File.ReadAllText(Path.Combine(folder, "BoardTarget.g.cs"));
            foreach (string setting in settings)
            {
                StringAssert.Contains(source, setting);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}

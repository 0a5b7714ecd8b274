using System.Runtime.Versioning;
using DeviceFirmware.Bytes;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>The engineer's page and the operator's, followed as they stand: a station from nothing, a board, its papers, a lost record.</summary>
[TestClass]
[OSCondition(OperatingSystems.Linux)]
[SupportedOSPlatform("linux")]
public sealed class FactoryPagesTests
{
    private const string Engineer = "tools/Factory/ENGINEER.md";

    [TestMethod]
    public void BothPagesDoWhatTheySay()
    {
        using TemporaryDirectory directory = new();
        foreach (string file in (string[])["issuing.pass", "station.pass", "root.pass"])
        {
            File.WriteAllText(directory[file], file + "\n");
        }

        File.Copy(MadeEnvironment.Shared.Image, directory["first.img"]);
        DocumentedCommands.Run(Engineer, heading => heading.StartsWith("Before", StringComparison.Ordinal), directory.Path).MustEndWith(0);

        // The firmware is built with that root.
        FakeBoard board = new(
            "dev", Pem.Decode("CERTIFICATE", File.ReadAllBytes(directory["ca/root.pem"])), Pem.Decode("PUBLIC KEY", File.ReadAllBytes(MadeEnvironment.Shared.OtaPublic)), "hw-1");
        using (BoardSocket socket = new(board))
        {
            ToolRun shift = DocumentedCommands.Run("tools/Factory/OPERATOR.md", directory.Path, ("BOARD", socket.Port), ("BOARDS", "1"), ("OPERATOR", "ada")).MustEndWith(0);
            StringAssert.Contains(shift.Output, $"PASS {socket.Port} unit-000001 ");
            StringAssert.Contains(shift.Output, "unit-000001.svg and .png: 25 by ");
            StringAssert.Contains(shift.Output, "unit-000001: labelled");
        }

        ToolRun after = DocumentedCommands.Run(Engineer, heading => !heading.StartsWith("Before", StringComparison.Ordinal), directory.Path).MustEndWith(0);
        StringAssert.Contains(after.Output, "completed  1, in the last hour 1");
        StringAssert.Contains(after.Output, "3 heads met");
        StringAssert.Contains(File.ReadAllText(directory["boards.csv"]), "unit-000001,hw-1,");
        StringAssert.Contains(after.Output, "restored: factory/");
    }

    /// <summary>Nobody finds a page that nothing leads to.</summary>
    [TestMethod]
    public void ThePagesAreLinkedFromTheReadme()
    {
        string readme = File.ReadAllText(Path.Combine(SourceTree.Root, "README.md"));
        StringAssert.Contains(readme, Engineer);
        StringAssert.Contains(readme, "tools/Factory/OPERATOR.md");
    }
}

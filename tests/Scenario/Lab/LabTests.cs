using System.Diagnostics;
using System.Text.Json.Nodes;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Lab;

/// <summary>The README's main job, as a user starts it.</summary>
[TestClass]
[DoNotParallelize]
public sealed class LabTests
{
    private static readonly string[] _refusals =
    [
        "unknown-key", "wrong-hash", "other-board-type", "counter-too-low", "not-newer", "crashed",
        "default-deny", "explicit-deny", "untrusted-root", "state-revoked", "no-client-certificate", "other-root", "foreign-ca-store", "no-root", "no-keys", "tls-failed",
    ];

    /// <summary>Claimed, and refused; renewed by order, by time and after an early end; moved to another root.</summary>
    private static readonly string[] _owned =
    [
        "its button makes board-a its owner's", "refused: a claim with the serial number alone", "without its button a board is nobody's",
        "it comes back under the new one", "an operational certificate that falls due is renewed before it ends",
        "nothing that it measured arrived while it had none", "it confirms by a nonce that was answered under it",
    ];

    /// <summary>A folder of what a whole lab wrote just before, in DEVICEFIRMWARE_LAB_REPORT, stands for another play of it.</summary>
    [TestMethod]
    public void TheStoryHoldsAndTheReportSaysSo()
    {
        using TemporaryDirectory directory = new();
        string? played = Environment.GetEnvironmentVariable("DEVICEFIRMWARE_LAB_REPORT");
        if (played is null)
        {
            Play("--out", directory.Path, "--cuts", "4");
        }

        string folder = played ?? directory.Path;
        JsonNode report = JsonNode.Parse(File.ReadAllText(Path.Combine(folder, "report.json")))!;
        Assert.IsTrue(report["ok"]!.GetValue<bool>());
        Assert.AreEqual(report["checks"]!.GetValue<int>(), report["held"]!.GetValue<int>());
        string[] tokens = [.. report["refusals"]!.AsArray().Select(refusal => refusal!["token"]!.GetValue<string>())];
        CollectionAssert.IsSubsetOf(_refusals, tokens, string.Join(", ", tokens));
        Assert.IsTrue(report["refusals"]!.AsArray().All(refusal => refusal!["reason"]!.GetValue<string>().Length > 0 && refusal["twin"]!.GetValue<string>().Length > 0));
        string[] told = [.. report["chapters"]!.AsArray().SelectMany(chapter => chapter!["checks"]!.AsArray()).Select(check => check!["what"]!.GetValue<string>())];
        CollectionAssert.IsSubsetOf(_owned, told, string.Join(", ", told));
        JsonArray cuts = report["powerCuts"]!.AsArray();
        Assert.IsTrue(played is null ? cuts.Count == 4 : cuts.Count > 4);
        Assert.IsTrue(cuts.All(cut => cut!["end"]!.GetValue<string>().StartsWith("1.1.0", StringComparison.Ordinal)));
        StringAssert.Contains(File.ReadAllText(Path.Combine(folder, "report.txt")), "expectations held");
    }

    [TestMethod]
    public void AnInterruptionLeavesNothingRunningAndNothingBehind()
    {
        using TemporaryDirectory directory = new();
        using Process lab = Start("--out", directory.Path);
        string? line;
        do
        {
            line = lab.StandardOutput.ReadLine();
            Assert.IsNotNull(line, "the lab reaches the first boot");
        }
        while (!line.StartsWith("3. ", StringComparison.Ordinal));
        Thread.Sleep(500);
        string[] before = WorkDirectories();
        using (Process kill = Process.Start("kill", ["-INT", $"{lab.Id}"]))
        {
            kill.WaitForExit();
        }

        string said = lab.StandardOutput.ReadToEnd();
        Assert.IsTrue(lab.WaitForExit(TimeSpan.FromSeconds(30)), "the lab ends");
        Assert.AreEqual(130, lab.ExitCode, said);
        string[] gone = [.. before.Except(WorkDirectories())];
        Assert.HasCount(1, gone, "its working directory is gone");
        Assert.IsFalse(ProcessesThatKnow(gone[0]).Any(), "no process knows it any more");
    }

    [TestMethod]
    public void AWrongOptionIsRefused()
    {
        using Process lab = Start("--cuts", "0");
        string error = lab.StandardError.ReadToEnd();
        lab.WaitForExit();
        Assert.AreEqual(2, lab.ExitCode);
        StringAssert.Contains(error, "--cuts must be 1 to 1000");
    }

    private static void Play(params string[] arguments)
    {
        using Process lab = Start(arguments);
        string said = lab.StandardOutput.ReadToEnd();
        Assert.IsTrue(lab.WaitForExit(TimeSpan.FromMinutes(5)), "the lab ends");
        Assert.AreEqual(0, lab.ExitCode, said);
    }

    private static Process Start(params string[] arguments)
    {
        string program = SourceTree.Program("Lab", "lab");
        return Process.Start(new ProcessStartInfo("dotnet", [program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = arguments is ["--cuts", "0"],
        })!;
    }

    private static string[] WorkDirectories()
    {
        return Directory.GetDirectories(Path.GetTempPath(), "devicefirmware-lab-*");
    }

    private static IEnumerable<string> ProcessesThatKnow(string path)
    {
        foreach (string process in Directory.GetDirectories("/proc").Where(directory => int.TryParse(Path.GetFileName(directory), out _)))
        {
            string command = "";
            try
            {
                command = File.ReadAllText(Path.Combine(process, "cmdline"));
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }

            if (command.Contains(path, StringComparison.Ordinal))
            {
                yield return command;
            }
        }
    }
}

using System.Diagnostics;
using System.Globalization;

namespace DeviceFirmware.Tests.Architecture.PlatformTraps;

/// <summary>The power of a virtual board, seen from outside: the process itself. This build has no keys.</summary>
[TestClass]
public sealed class PowerTraps
{
    private const int Patience = 60000;

    private readonly string _folder = Directory.CreateTempSubdirectory("power-traps-").FullName;

    [TestCleanup]
    public void Clean() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void PowerEndsBeforeTheOperationItWasTold()
    {
        (int code, string output) = Run("--cut-after", "0", "--count", Beside("count"));
        Assert.AreEqual(137, code);
        Assert.Contains("power cut after operation 0", output);
        Assert.IsEmpty(Directory.GetFiles(Beside("flash")));
    }

    [TestMethod]
    public void AFileThatWasCreatedButNotClosedIsEmptyAfterTheCut()
    {
        (int code, string output) = Run("--cut-after", "1", "--count", Beside("count"));
        Assert.AreEqual(137, code);
        Assert.Contains("power cut after operation 1", output);
        Assert.AreEqual(1, int.Parse(File.ReadAllText(Beside("count")), CultureInfo.InvariantCulture));
        Assert.AreEqual(0, new FileInfo(Directory.GetFiles(Beside("flash")).Single()).Length);
    }

    [TestMethod]
    public void TheBoardEndsWithItsSupply()
    {
        using Process supply = Start("--serial", Beside("tty"), "--count", Beside("count"));
        string output = "";
        while (!output.Contains("serial ", StringComparison.Ordinal) || !output.Contains("power-on", StringComparison.Ordinal))
        {
            output += supply.StandardOutput.ReadLine() ?? throw new InvalidOperationException(output);
        }

        supply.Kill();

        // The board inherited standard output: it reaches its end when both are gone.
        Assert.IsTrue(supply.StandardOutput.ReadToEndAsync().Wait(Patience));
    }

    [TestMethod]
    [DataRow("--mac", "01")]
    [DataRow("--mac", "010000000000")]
    [DataRow("--cut-after", "soon")]
    [DataRow("--anchor", "x")]
    [DataRow("--serial", "/")]
    public void BadUseIsRefused(string option, string value)
    {
        Assert.AreEqual(2, Run(option, value).Code);
    }

    private string Beside(string name) => Path.Combine(_folder, name);

    private (int Code, string Output) Run(params string[] arguments)
    {
        using Process process = Start(arguments);
        string output = process.StandardOutput.ReadToEnd();
        Assert.IsTrue(process.WaitForExit(Patience));
        return (process.ExitCode, output);
    }

    private Process Start(params string[] arguments)
    {
        // Its own output folder: only there it has its runtime configuration.
        string folder = AppContext.BaseDirectory.Replace(Path.Combine("tests", "Architecture"), Path.Combine("tools", "VirtualBoard"), StringComparison.Ordinal);
        string board = Path.Combine(folder, "virtual-board.dll");
        ProcessStartInfo start = new("dotnet", [board, "--flash", Beside("flash"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }
}

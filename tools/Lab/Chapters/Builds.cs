using System.Security.Cryptography;
using System.Text;

namespace DeviceFirmware.Lab;

/// <summary>The firmware is built for the environment, the applications are built and signed.</summary>
internal static class Builds
{
    internal static async Task PlayAsync(World world)
    {
        Report report = world.Report;
        report.Begin("Build the board");
        Task<ToolResult> board = world.Tools.BuildAsync(
            "tools/VirtualBoard/VirtualBoard.csproj", "-p:DeviceEnvironment=lab", $"-p:BootloaderKeys={world.PublicKeys}", $"-p:BoardOutput={world.Workshop.At("board")}");
        Task<ToolResult> applications = world.Tools.BuildAsync("tools/Lab/Apps/Applications.proj", $"-p:ApplicationOutput={world.Workshop.At("apps")}");
        ToolResult said = await board;
        await applications;

        string[] printed = [.. said.Lines.Where(line => line.Contains("sha256:", StringComparison.Ordinal)).Select(line => line.Trim())];
        foreach (string line in printed)
        {
            report.Tell(line);
        }

        string root = Fingerprint(world.Public("factory-root", "current.pem"));
        report.Expect("the build prints the anchors it compiled in", printed.Any(line => line.Contains(root, StringComparison.Ordinal)), $"factory root sha256:{root}");

        string program = world.Workshop.At("board", "bin", "virtual-board.dll");
        world.A = new BoardOnTheBench("board-a", program, world.Workshop, "02:00:5e:00:00:0a");
        world.B = new BoardOnTheBench("board-b", program, world.Workshop, "02:00:5e:00:00:0b");

        byte[] old = await File.ReadAllBytesAsync(Images.Assembly(world, "1.0.0"), world.Stop);
        byte[] @new = await File.ReadAllBytesAsync(Images.Assembly(world, "1.1.0"), world.Stop);
        report.Expect(
            "1.1.0 has something that 1.0.0's assembly does not contain",
            !Contains(old, "RunningMean") && Contains(@new, "RunningMean"),
            $"class RunningMean; 1.0.0 has {old.Length} bytes, 1.1.0 has {@new.Length}");
        await Images.PackAsync(world, "1.0.0", "1.0.0", 1);
        await Images.PackAsync(world, "1.1.0", "1.1.0", 2);
        ToolResult inspected = await world.Tools.DoAsync("Signer", "signer", "inspect", Images.File(world, "1.1.0"));
        ToolResult log = await world.Tools.DoAsync("Signer", "signer", "log", Images.CurrentKey(world) + ".releases");
        report.Expect("the release log has both, in order", log.Lines.Count == 3 && log.Last.StartsWith("2 entries", StringComparison.Ordinal), log.Last);
        report.Tell(string.Join("; ", inspected.Lines.Take(6).Select(line => line.Trim())));
    }

    private static string Fingerprint(string pemFile)
    {
        string pem = File.ReadAllText(pemFile);
        PemFields fields = PemEncoding.Find(pem);
        return Convert.ToHexStringLower(SHA256.HashData(Convert.FromBase64String(pem[fields.Base64Data])));
    }

    private static bool Contains(byte[] assembly, string name)
    {
        return assembly.AsSpan().IndexOf(Encoding.UTF8.GetBytes(name)) >= 0;
    }
}

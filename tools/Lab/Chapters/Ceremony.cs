namespace DeviceFirmware.Lab;

/// <summary>A throw-away environment gets its keys; so does an impostor who calls his the same.</summary>
internal static class Ceremony
{
    internal static async Task PlayAsync(World world)
    {
        Report report = world.Report;
        report.Begin("Key ceremony");
        ToolResult said = await world.Tools.DoAsync(
            "Keys", "keys", "ceremony", "--environment", "lab", "--public", world.PublicKeys, "--private", world.PrivateKeys, "--broker-host", "localhost", "--insecure");
        foreach (string line in said.Lines)
        {
            report.Tell(line);
        }

        string[] privateFiles = Directory.GetFiles(world.PrivateKeys);
        report.Expect(
            "every private key is readable by its owner alone",
            privateFiles.Length >= 6 && privateFiles.All(file => File.GetUnixFileMode(file) == (UnixFileMode.UserRead | UnixFileMode.UserWrite)),
            $"{privateFiles.Length} files, mode 0600");
        string[] publicFiles = Directory.GetFiles(world.PublicKeys, "*", SearchOption.AllDirectories);
        report.Expect(
            "no private key is among the public files",
            publicFiles.Length >= 6 && publicFiles.All(file => !File.ReadAllText(file).Contains("PRIVATE", StringComparison.Ordinal)),
            $"{publicFiles.Length} files");

        ToolResult again = await world.Tools.TryAsync(
            "Keys", "keys", "ceremony", "--environment", "lab", "--public", world.PublicKeys, "--private", world.PrivateKeys, "--broker-host", "localhost", "--insecure");
        report.Expect("a second ceremony overwrites nothing", again.ExitCode == 1, again.RefusalLine);

        await world.Tools.DoAsync(
            "Keys", "keys", "ceremony", "--environment", "lab", "--public", world.Workshop.At("impostor"), "--private", world.Workshop.At("impostor-private"), "--broker-host", "localhost", "--insecure");
        report.Tell("an impostor holds a ceremony of his own, under the same name");
    }
}

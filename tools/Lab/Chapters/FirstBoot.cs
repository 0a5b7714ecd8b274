namespace DeviceFirmware.Lab;

/// <summary>Two boards are switched on for the first time; and one that was built without keys.</summary>
internal static class FirstBoot
{
    internal static async Task PlayAsync(World world)
    {
        Report report = world.Report;
        report.Begin("First boot");
        world.A.PowerOn();
        world.B.PowerOn();
        string keyA = await KeyMadeAsync(world, world.A);
        string keyB = await KeyMadeAsync(world, world.B);
        report.Expect("each board has a key of its own", keyA != keyB && keyA.Length == 64, "two boards, two keys");
        report.Expect(
            "the key went through the record store",
            Directory.GetFiles(world.A.Flash, "identity-key.*").Length == 1,
            string.Join(", ", Directory.GetFiles(world.A.Flash).Select(Path.GetFileName)));

        await world.A.PowerOffAsync();
        world.A.PowerOn();
        string line = await world.A.SaysAsync("it says who it is", Unprovisioned, world.Stop);
        report.Expect("a restart keeps the key", Field.Of(line, "key") == keyA, line);
    }

    internal static bool Unprovisioned(string line)
    {
        return line.Contains("serial state=unprovisioned", StringComparison.Ordinal);
    }

    private static async Task<string> KeyMadeAsync(World world, BoardOnTheBench board)
    {
        string made = await board.SaysAsync("it makes its key", line => line.Contains("key made hash=", StringComparison.Ordinal), world.Stop);
        string line = await board.SaysAsync("it stands in provisioning mode", Unprovisioned, world.Stop);
        string key = Field.Of(line, "key");
        world.Report.Expect($"{board.Name} makes its key and stands in provisioning mode", Field.Of(made, "hash") == key, line);
        return key;
    }
}

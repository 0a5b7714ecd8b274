namespace DeviceFirmware.Lab;

/// <summary>Who may do what in the fleet is in its keys; what they did is in its audit, which shows when it was changed.</summary>
internal static class Authority
{
    internal static async Task PlayAsync(World world)
    {
        Report report = world.Report;
        report.Begin("Authority");
        string key = world.Workshop.At("factory.key");
        await world.Tools.DoAsync(
            "Fleet", "fleet", "key", "new", "--data", world.Workshop.At("fleet"), "--name", "line-1", "--roles", "factory",
            "--root", world.Public("fleet-root", "current.pem"), "--out", key);
        ToolResult refused = await world.Tools.TryAsync(
            "Fleet", "fleet", "revoke", world.A.Name, "--reason", "spite", "--api", world.Fleet.Url, "--token-file", key);
        report.Expect("the factory's key revokes no board", refused.ExitCode == 1, refused.RefusalLine);
        report.Refused(FactoryLine.RefusalFrom(refused, "a key of the factory that revokes a board", "fleet", "the operator's key has revoked one"));

        string entries = world.Workshop.At("audit.entries");
        string head = world.Workshop.At("audit.head");
        string signer = world.Workshop.At("fleet", "audit.pem");
        await world.Tools.DoAsync("Fleet", "fleet", ["audit", "export", "--out", entries, "--head", head, .. world.Fleet.Arguments]);
        string[] verify = ["audit", "verify", "--entries", entries, "--head", head, "--key", signer];
        ToolResult verified = await world.Tools.TryAsync("Fleet", "fleet", verify);
        report.Expect("the audit holds up to its head, without the server", verified.ExitCode == 0, verified.ExitCode == 0 ? verified.Last : verified.RefusalLine);
        byte[] content = await File.ReadAllBytesAsync(entries, world.Stop);
        content[^40] ^= 1;
        await File.WriteAllBytesAsync(entries, content, world.Stop);
        ToolResult changed = await world.Tools.TryAsync("Fleet", "fleet", verify);
        report.Expect("one changed bit of it is seen", changed.ExitCode == 1, changed.RefusalLine);
        report.Refused(FactoryLine.RefusalFrom(changed, "an audit of which one bit was changed", "fleet", "the same audit as it was exported"));
    }
}

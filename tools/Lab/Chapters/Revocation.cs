using System.Diagnostics;
using System.Text.Json.Nodes;

namespace DeviceFirmware.Lab;

/// <summary>A board is revoked in the registry: its live connection ends; the other board notices nothing.</summary>
internal static class Revocation
{
    internal static async Task PlayAsync(World world)
    {
        Report report = world.Report;
        report.Begin("Revocation");
        BoardOnTheBench board = world.B;
        await world.Fleet.UntilAsync($"{board.Name} is connected", $"/devices/{board.Name}", node => node["connected"]!.GetValue<bool>());
        int from = board.Console.Position;
        long log = await LastLogAsync(world);
        Stopwatch watch = Stopwatch.StartNew();
        ToolResult revoked = await world.Tools.DoAsync(
            "Fleet", "fleet", ["revoke", board.Name, "--reason", "stolen", .. world.Fleet.Arguments]);
        report.Tell(revoked.Last);
        await board.SaysAsync("its connection ends", line => line.StartsWith("connection lost", StringComparison.Ordinal), world.Stop, from);
        report.Expect("the live connection ended", true, $"{watch.ElapsedMilliseconds} ms after the command was started");
        await board.SaysAsync("it is refused when it comes back", line => line.StartsWith("connect failed", StringComparison.Ordinal), world.Stop, from);
        JsonNode denied = await Clients.DenialAsync(world, log, "connect", board.Name);
        JsonNode other = await world.Fleet.GetAsync($"/devices/{world.A.Name}");
        report.Expect("the other board stays connected", other["connected"]!.GetValue<bool>(), $"{world.A.Name} is {other["state"]}");
        report.Refused(new Refusal(
            "revoked in the registry", "fleet", denied["token"]!.GetValue<string>(), denied["reason"]!.GetValue<string>(), $"{world.A.Name}, not revoked, stays connected"));
    }

    internal static async Task<long> LastLogAsync(World world)
    {
        JsonArray log = (await world.Fleet.GetAsync("/log?limit=10000")).AsArray();
        return log.Count == 0 ? 0 : log[^1]!["number"]!.GetValue<long>();
    }
}

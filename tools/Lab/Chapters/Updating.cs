using System.Text.Json.Nodes;

namespace DeviceFirmware.Lab;

/// <summary>Both boards go from 1.0.0 to 1.1.0 over the air.</summary>
internal static class Updating
{
    internal static async Task PlayAsync(World world)
    {
        Report report = world.Report;
        report.Begin("Update");
        foreach (BoardOnTheBench board in new[] { world.A, world.B })
        {
            await board.PowerOffAsync();
            Bench.Copy(board.Flash, Bench.Snapshot(world, board));
            board.PowerOn();
        }

        int from = world.A.Console.Position;
        await Task.WhenAll(Images.RollOutAsync(world, world.A, "1.1.0"), Images.RollOutAsync(world, world.B, "1.1.0"));
        JsonNode a = await Images.RolloutEndsAsync(world, world.A, "1.1.0", "done");
        await Images.RolloutEndsAsync(world, world.B, "1.1.0", "done");
        string[] told = ["update fetching", "status ", "slots ", "boot slot=", "restart"];
        foreach (string line in world.A.Console.Lines(from).Where(line => told.Any(line.StartsWith)))
        {
            report.Tell(line);
        }

        report.Expect("the board confirmed 1.1.0", a["reportedVersion"]!.GetValue<string>().StartsWith("1.1.0", StringComparison.Ordinal), $"version {a["reportedVersion"]}, {a["lastReason"]}");
        string status = await world.A.SaysAsync("it reports the raised counter", line => line.StartsWith("status ", StringComparison.Ordinal) && line.Contains("\"confirmed\"", StringComparison.Ordinal), world.Stop, from);
        report.Expect("its counter rose with it", status.Contains("\"counter\":2", StringComparison.Ordinal), status);
        JsonNode telemetry = await Connection.TelemetryAsync(world, world.A, entry => entry["meanTempC"] is not null);
        report.Expect("telemetry shows what only 1.1.0 computes", telemetry["samples"] is not null, telemetry.ToJsonString());
    }
}

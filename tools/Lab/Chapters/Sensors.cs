using System.Text.Json.Nodes;

namespace DeviceFirmware.Lab;

/// <summary>Another application, with settings of the fleet: refused by the one that has none, taken and refused by the one that has bounds.</summary>
internal static class Sensors
{
    private const string Pin = "4";

    internal static async Task PlayAsync(World world, BoardOnTheBench board)
    {
        Report report = world.Report;
        JsonNode none = await SetAsync(world, board, "refused", $"pin={Pin}");
        report.Expect("an application without settings takes none", none["inForce"]!.GetValue<long>() == 0, none["reason"]!.GetValue<string>());

        await Images.PackAsync(world, "sensor", "2.0.0", 2, application: "Sensor");
        await Images.RollOutAsync(world, board, "sensor");
        await Images.RolloutEndsAsync(world, board, "sensor", "done");
        JsonNode taken = await SetAsync(world, board, "accepted", $"pin={Pin}", "member=rain", "threshold=3");
        report.Expect("the sensor takes settings of the fleet", taken["inForce"]!.GetValue<long>() == 2, taken["settings"]!.ToJsonString());
        await File.AppendAllTextAsync(Path.Combine(board.Pins, Pin), "xxx", world.Stop);
        JsonNode telemetry = await Connection.TelemetryAsync(world, board, entry => entry["total"]?.GetValue<long>() == 3);
        report.Expect("and counts what comes to that pin", telemetry["rain"] is not null, telemetry.ToJsonString());

        int counted = telemetry["seq"]!.GetValue<int>();
        JsonNode outside = await SetAsync(world, board, "refused", $"pin={Pin}", "threshold=-1");
        report.Expect("settings out of its bounds leave the old ones", outside["inForce"]!.GetValue<long>() == 2, outside["reason"]!.GetValue<string>());
        JsonNode platforms = await SetAsync(world, board, "refused", "pin=0");
        report.Expect("a pin of the platform is not to be had", platforms["inForce"]!.GetValue<long>() == 2, platforms["reason"]!.GetValue<string>());
        telemetry = await Connection.TelemetryAsync(world, board, entry => entry["high"] is not null && entry["seq"]!.GetValue<int>() > counted);
        report.Expect("the sensor goes on as it was", telemetry["total"]!.GetValue<long>() == 3, telemetry.ToJsonString());
    }

    private static async Task<JsonNode> SetAsync(World world, BoardOnTheBench board, string token, params string[] settings)
    {
        await world.Tools.DoAsync("Fleet", "fleet", ["settings", "set", board.Name, .. settings, .. world.Fleet.Arguments]);
        long version = (await world.Fleet.GetAsync($"/devices/{board.Name}/settings"))["version"]!.GetValue<long>();
        return await world.Fleet.UntilAsync(
            $"{board.Name}: settings version {version} are {token}",
            $"/devices/{board.Name}/settings",
            node => node["version"]!.GetValue<long>() == version && node["token"]!.GetValue<string>() == token);
    }
}

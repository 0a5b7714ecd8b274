using System.Text.Json.Nodes;

namespace DeviceFirmware.Lab;

/// <summary>What a board measures while it is changed: every message, in order, by one boot.</summary>
internal static class Continuity
{
    /// <summary>Demands that no message is missing since that one, and some have come after the change; the longest time between two arrivals, in seconds.</summary>
    internal static async Task<double> ExpectAsync(World world, BoardOnTheBench board, JsonNode before, string after)
    {
        int boot = before["boot"]!.GetValue<int>();
        int first = before["seq"]!.GetValue<int>();
        int changed = (await Connection.TelemetryAsync(world, board, entry => IsOf(entry, boot)))["seq"]!.GetValue<int>();
        int enough = Math.Max(changed + 2, first + 5);
        JsonNode last = await Connection.TelemetryAsync(world, board, entry => IsOf(entry, boot) && entry["seq"]!.GetValue<int>() >= enough);
        JsonArray all = (await world.Fleet.GetAsync($"/devices/{board.Name}/telemetry")).AsArray();
        JsonNode[] messages = [.. all.Select(entry => entry!).Where(entry => IsOf(entry["payload"]!, boot) && entry["payload"]!["seq"]!.GetValue<int>() >= first)];
        int[] numbers = [.. messages.Select(entry => entry["payload"]!["seq"]!.GetValue<int>()).Distinct().Order()];
        DateTime[] arrivals = [.. messages.Select(entry => entry["receivedAt"]!.GetValue<DateTime>()).Order()];
        double gap = arrivals.Zip(arrivals.Skip(1), (one, next) => (next - one).TotalSeconds).DefaultIfEmpty().Max();
        bool isWhole = numbers.Length > 4 && numbers[0] == first && numbers[^1] - numbers[0] == numbers.Length - 1;
        world.Report.Expect(
            "telemetry goes on without a gap, and without a restart", isWhole, $"messages {numbers[0]} to {numbers[^1]}, at most {gap:0.0} s apart, {after}, {last["ts"]}");
        return gap;
    }

    private static bool IsOf(JsonNode message, int boot) => message["boot"]!.GetValue<int>() == boot;
}

using System.Text.Json.Nodes;

namespace DeviceFirmware.Lab;

/// <summary>The fleet's root is rotated under a board that goes on measuring: by order of the command key, confirmed over the new root, and never back.</summary>
internal static class Rotation
{
    internal static async Task PlayAsync(World world)
    {
        Report report = world.Report;
        report.Begin("Root rotation");
        BoardOnTheBench board = world.A;
        string ready = world.FleetServer!.Lines(0).First(line => line.StartsWith("ready ", StringComparison.Ordinal));
        string port = Field.Of(ready, "next");
        JsonNode before = await Connection.TelemetryAsync(world, board, _ => true);
        int from = board.Console.Position;
        string order = await OrderAsync(world, "next", port);
        string token = await Orders.SendAsync(world, board, order);
        report.Expect("the board takes the next root from its command key", token == "accepted", $"port {port} shows a certificate under that root, port {world.BrokerPort} the old one");
        string line = await board.SaysAsync("it confirms", text => text.StartsWith("trust confirmed", StringComparison.Ordinal), world.Stop, from);
        report.Expect("it confirms by a nonce that was answered under it", Field.Of(line, "port") == port, line);
        JsonNode device = await world.Fleet.UntilAsync("the fleet sees it", $"/devices/{board.Name}", node => node["trust"]?.GetValue<long>() > 0 && node["trustStaged"]?.GetValue<long>() == 0);
        await TelemetryGoesOnAsync(world, board, before, device["trust"]!.GetValue<long>());

        string again = await Orders.SendAsync(world, board, order);
        report.Expect("the order, recorded and sent once more, changes nothing", again == "repeated", again);
        string back = await Orders.SendAsync(world, board, await OrderAsync(world, "current", $"{world.BrokerPort}", "--sequence", "1"));
        report.Expect("and no order takes it back to a lower number", back == "not-newer", back);
        report.Refused(new Refusal("a trust set of a lower number, signed by the command key", "board", back, "its number is not above that of the set in use", "the next set, of a higher one"));
    }

    private static async Task<string> OrderAsync(World world, string root, string port, params string[] more)
    {
        string set = world.Workshop.At($"{root}.set");
        ToolResult made = await world.Tools.DoAsync(
            "Keys", "keys", ["trust", "make", "--environment", "lab", "--public", world.PublicKeys, "--root", root, "--host", "localhost", "--port", port, "--out", set, .. more]);
        foreach (string line in more.Length == 0 ? made.Lines : [])
        {
            world.Report.Tell(line);
        }

        return await Orders.SignAsync(world, world.A, "trust", "--set", set, "--not-after", Orders.InADay());
    }

    private static async Task TelemetryGoesOnAsync(World world, BoardOnTheBench board, JsonNode before, long number)
    {
        int boot = before["boot"]!.GetValue<int>();
        int first = before["seq"]!.GetValue<int>();
        JsonNode last = await Connection.TelemetryAsync(world, board, entry => entry["boot"]!.GetValue<int>() == boot && entry["seq"]!.GetValue<int>() > first + 4);
        JsonArray all = (await world.Fleet.GetAsync($"/devices/{board.Name}/telemetry")).AsArray();
        int[] numbers = [.. all.Select(entry => entry!["payload"]!).Where(entry => entry["boot"]!.GetValue<int>() == boot).Select(entry => entry["seq"]!.GetValue<int>()).Where(seq => seq >= first).Distinct().Order()];
        bool isWhole = numbers.Length > 4 && numbers[^1] - numbers[0] == numbers.Length - 1;
        world.Report.Expect("telemetry goes on without a gap, and without a restart", isWhole, $"messages {numbers[0]} to {numbers[^1]}, trust set {number}, {last["ts"]}");
    }
}

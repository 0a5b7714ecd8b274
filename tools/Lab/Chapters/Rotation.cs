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
        await Continuity.ExpectAsync(world, board, before, $"trust set {device["trust"]}");

        string again = await Orders.SendAsync(world, board, order);
        report.Expect("the order, recorded and sent once more, changes nothing", again == "repeated", again);
        string back = await Orders.SendAsync(world, board, await OrderAsync(world, "current", $"{world.BrokerPort}", "--sequence", "1"));
        report.Expect("and no order takes it back to a lower number", back == "not-newer", back);
        report.Refused(new Refusal("a trust set of a lower number, signed by the command key", "board", back, "its number is not above that of the set in use", "the next set, of a higher one"));
        await CertificatesFollowAsync(world, board, port);
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

        // The command key's own log has the higher number, and would refuse the lower one: who has the key has another log.
        string[] log = more.Length == 0 ? [] : ["--log", world.Workshop.At("another.orders")];
        return await Orders.SignAsync(world, world.A, "trust", ["--set", set, "--not-after", Orders.InADay(), .. log]);
    }

    /// <summary>A certificate under the root that was left is none for a board that starts again: their CA, with the same key, comes under the new one.</summary>
    private static async Task CertificatesFollowAsync(World world, BoardOnTheBench board, string port)
    {
        await world.Tools.DoAsync(
            "Keys", "keys", "make", "operational-ca", "--environment", "lab", "--public", world.PublicKeys, "--replace", "--existing",
            "--key", Path.Combine(world.PrivateKeys, "operational-ca.key.pem"), "--issuer-key", Path.Combine(world.PrivateKeys, "fleet-root.next.key.pem"));
        await Renewal.ServeAsync(world, "next", FallingDue.Life, "--next-port", port);
        await board.PowerOffAsync();
        board.PowerOn();
        string confirmed = await Renewal.ConfirmedAsync(world, board, 0);
        JsonNode now = await world.Fleet.UntilAsync($"{board.Name} is connected", $"/devices/{board.Name}", node => node["connected"]!.GetValue<bool>());
        JsonNode first = await Connection.TelemetryAsync(world, board, _ => true);
        JsonNode telemetry = await Connection.TelemetryAsync(world, board, entry => entry["boot"]!.GetValue<int>() == first["boot"]!.GetValue<int>() && entry["seq"]!.GetValue<int>() > first["seq"]!.GetValue<int>());
        world.Report.Expect("started again, it gets an operational certificate under the new root", Field.Of(confirmed, "tenant") == now["tenant"]!.GetValue<string>(), $"{confirmed}; {telemetry.ToJsonString()}");
    }
}

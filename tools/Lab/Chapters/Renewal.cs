using System.Text.Json.Nodes;

namespace DeviceFirmware.Lab;

/// <summary>The fleet begins to issue operational certificates: a board gets one over its own connection, and another one by order, while it goes on measuring.</summary>
internal static class Renewal
{
    /// <summary>Seconds between two messages of one a second: a reconnection on a machine that is busy.</summary>
    internal const double LongestGap = 10;

    internal static async Task PlayAsync(World world)
    {
        Report report = world.Report;
        report.Begin("Certificate renewal");
        BoardOnTheBench board = world.A;
        int from = board.Console.Position;
        await ServeAsync(world, "current", "30d");
        string confirmed = await ConfirmedAsync(world, board, from);
        string first = await ShownAsync(world, board, "");
        report.Expect("a claimed board gets an operational certificate over its own connection", Field.Of(confirmed, "tenant") == "north", $"{confirmed}; sha256:{first}");

        JsonNode before = await Connection.TelemetryAsync(world, board, _ => true);
        from = board.Console.Position;
        string token = await Orders.SendAsync(world, board, await Orders.SignAsync(world, board, "renew", "--not-after", Orders.InADay()));
        report.Expect("it takes an order to renew it", token == "accepted", token);
        confirmed = await ConfirmedAsync(world, board, from);
        string second = await ShownAsync(world, board, first);
        string joined = board.Console.Lines(from).Last(line => line.StartsWith("connected ", StringComparison.Ordinal));
        report.Expect("it comes back under the new one", Field.Of(joined, "identity") == "operational", $"{joined}; sha256:{second}");
        JsonArray known = (await world.Fleet.GetAsync($"/devices/{board.Name}/certificates")).AsArray();
        report.Expect("the fleet has registered each", known.Count(entry => IsOf(entry, first) || IsOf(entry, second)) == 2, $"{known.Count} certificates of {board.Name}, its IDevID among them");
        double gap = await Continuity.ExpectAsync(world, board, before, $"certificate until {Field.Of(confirmed, "until")}");
        report.Expect("it was away no longer than for a reconnection", gap <= LongestGap, $"at most {gap:0.0} s between two messages of one a second");
    }

    private static bool IsOf(JsonNode? entry, string sha256) => entry!["sha256"]!.GetValue<string>() == sha256;

    /// <summary>The fleet server starts again, with the operational CA under that fleet root; its certificates live that long.</summary>
    internal static async Task ServeAsync(World world, string root, string life, params string[] more)
    {
        await world.FleetServer!.DisposeAsync();
        world.FleetServer = null;
        world.FleetServer = await FactoryLine.StartFleetAsync(world, world.PublicKeys, world.PrivateKeys, "fleet", world.BrokerPort, world.ApiPort, [
            "--operational-certificate", world.Public("operational-ca", "current.pem"),
            "--operational-key", Path.Combine(world.PrivateKeys, "operational-ca.key.pem"),
            "--fleet-root", world.Public("fleet-root", root + ".pem"), "--operational-life", life, .. more]);
    }

    internal static Task<string> ConfirmedAsync(World world, BoardOnTheBench board, int from) => board.SaysAsync(
        "it confirms a certificate", line => line.StartsWith("certificate confirmed", StringComparison.Ordinal), world.Stop, from, 90);

    /// <summary>Fingerprint of the newest operational certificate, once the board has shown it to the broker; another than before.</summary>
    private static async Task<string> ShownAsync(World world, BoardOnTheBench board, string before)
    {
        bool Fits(JsonNode? entry) => entry!["kind"]!.GetValue<string>() == "ldevid" && entry["shownAt"] is not null && entry["endedAt"] is null && !IsOf(entry, before);
        JsonNode known = await world.Fleet.UntilAsync($"{board.Name} shows it", $"/devices/{board.Name}/certificates", node => node.AsArray().Any(Fits));
        return known.AsArray().Last(Fits)!["sha256"]!.GetValue<string>();
    }
}

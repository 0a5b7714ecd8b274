using System.Text.Json.Nodes;

namespace DeviceFirmware.Lab;

/// <summary>
/// While the third board lived its life, the other one's operational certificate, of seconds instead of a month, fell due. Nobody asked for its
/// renewal: no order, and no invitation, which the fleet sends to a board that begins to listen.
/// </summary>
internal static class FallingDue
{
    /// <summary>The life of the certificates that the fleet issues after the rotation, as the server takes it: twelve seconds and more are left when one is due.</summary>
    internal const string Life = "36s";

    private const double LifeSeconds = 36;

    internal static async Task PlayAsync(World world)
    {
        Report report = world.Report;
        report.Begin("Renewal by time");
        BoardOnTheBench board = world.A;
        JsonNode known = await world.Fleet.UntilAsync(
            "its certificate has fallen due, and another one is in use", $"/devices/{board.Name}/certificates", node => Locals(node) is [.., _, { } newest] && newest["shownAt"] is not null, 2 * LifeSeconds);
        JsonNode[] certificates = Locals(known);
        JsonNode before = certificates[^2];
        JsonNode after = certificates[^1];
        DateTime from = At(before, "registeredAt");
        DateTime until = At(after, "registeredAt");
        double seconds = (until - from).TotalSeconds;

        // Of the lives that were written down by whole seconds.
        report.Expect(
            "an operational certificate that falls due is renewed before it ends",
            seconds > (LifeSeconds * 7 / 12) - 1 && until < At(before, "notAfter"),
            $"after {seconds:0.0} s of {LifeSeconds:0} s; until {before["notAfter"]}, sha256:{before["sha256"]}; the next until {after["notAfter"]}, sha256:{after["sha256"]}");

        string outcome = await OutcomeAsync(world, after);
        string[] asked = [.. await AskedAsync(world, board, before, until)];
        report.Expect(
            "nobody asked for it: the board did, over the connection that the one before had made", outcome == "renewed" && asked.Length == 0, $"{outcome}; {(asked.Length == 0 ? "no order and no invitation since then" : string.Join(", ", asked))}");

        JsonNode message = await BeforeAsync(world, board, until);
        double gap = await Continuity.ExpectAsync(world, board, message, $"certificate until {after["notAfter"]}");
        report.Expect("it was away no longer than for a reconnection", gap <= Renewal.LongestGap, $"at most {gap:0.0} s between two messages of one a second");
    }

    /// <summary>Its operational certificates of the short life that nobody has ended, oldest first.</summary>
    private static JsonNode[] Locals(JsonNode known) => [.. known.AsArray().Select(entry => entry!).Where(entry =>
        entry["kind"]!.GetValue<string>() == "ldevid" && entry["endedAt"] is null && (At(entry, "notAfter") - At(entry, "registeredAt")).TotalSeconds <= LifeSeconds)];

    private static DateTime At(JsonNode entry, string member) => entry[member]!.GetValue<DateTime>().ToUniversalTime();

    /// <summary>What the fleet says of that certificate: first, renewed, or recovered.</summary>
    private static async Task<string> OutcomeAsync(World world, JsonNode certificate)
    {
        JsonArray log = (await world.Fleet.GetAsync("/log?limit=10000")).AsArray();
        return log.Last(entry => entry!["event"]!.GetValue<string>() == "certificate" && entry["sha256"]!.GetValue<string>() == certificate["sha256"]!.GetValue<string>())!["outcome"]!.GetValue<string>();
    }

    /// <summary>What could have asked the board: an order, or a connection within the third of the life in which the fleet invites a board that begins to listen.</summary>
    private static async Task<IEnumerable<string>> AskedAsync(World world, BoardOnTheBench board, JsonNode before, DateTime until)
    {
        JsonArray orders = (await world.Fleet.GetAsync($"/devices/{board.Name}/orders")).AsArray();
        JsonArray log = (await world.Fleet.GetAsync("/log?limit=10000")).AsArray();
        DateTime invites = At(before, "notAfter").AddSeconds(-LifeSeconds / 3);
        bool IsConnection(JsonNode entry) => entry["event"]!.GetValue<string>() == "allowed" && entry["action"]!.GetValue<string>() == "connect" && entry["device"]!.GetValue<string>() == board.Name;
        return orders.Where(order => At(order!, "acceptedAt") > At(before, "registeredAt")).Select(order => $"order {order!["verb"]}")
            .Concat(log.Where(entry => IsConnection(entry!) && At(entry!, "at") > invites && At(entry!, "at") < until).Select(entry => $"connection at {entry!["at"]}"));
    }

    /// <summary>A message of some seconds before that moment: the newest such.</summary>
    private static async Task<JsonNode> BeforeAsync(World world, BoardOnTheBench board, DateTime moment)
    {
        JsonArray all = (await world.Fleet.GetAsync($"/devices/{board.Name}/telemetry")).AsArray();
        return all.Last(entry => At(entry!, "receivedAt") < moment.AddSeconds(-3))!["payload"]!;
    }
}

using System.Text.Json.Nodes;

namespace DeviceFirmware.Lab;

/// <summary>
/// An operational certificate whose key was copied is ended while its board works under it. The board comes back by its IDevID, over which the fleet
/// takes no telemetry: what it measures waits until it has another certificate, and then arrives.
/// </summary>
internal static class Recovery
{
    internal static async Task PlayAsync(World world)
    {
        Report report = world.Report;
        report.Begin("Recovery");
        BoardOnTheBench board = world.A;
        JsonNode before = await Connection.TelemetryAsync(world, board, _ => true);
        int from = board.Console.Position;
        long log = await Revocation.LastLogAsync(world);
        string copied = (await CertificatesAsync(world, board)).Last(entry => entry["inUse"]!.GetValue<bool>())["sha256"]!.GetValue<string>();
        await world.Tools.DoAsync(
            "Fleet", "fleet", ["certificate", "end", board.Name, "--sha256", copied, "--reason", "its key was copied", .. world.Fleet.Arguments]);
        string joined = await board.SaysAsync(
            "it comes back by its IDevID", line => line.StartsWith("connected ", StringComparison.Ordinal) && Field.Of(line, "identity") == "initial", world.Stop, from, 90);
        string[] turned = [.. board.Console.Lines(from).Where(line => line.StartsWith("connect failed", StringComparison.Ordinal))];
        report.Expect("a certificate that was ended lets its board in no more", turned.Length > 0, $"{turned.FirstOrDefault()}, {turned.Length} times; sha256:{copied}");
        string confirmed = await Renewal.ConfirmedAsync(world, board, from);
        report.Expect("by its IDevID it gets another one", Field.Of(confirmed, "tenant") == "north", $"{joined}; {confirmed}");

        JsonNode[] certificates = await CertificatesAsync(world, board);
        DateTime ended = At(certificates.Last(entry => entry["endedAt"] is not null), "endedAt");
        DateTime issued = At(certificates[^1], "registeredAt");
        await Continuity.ExpectAsync(world, board, before, confirmed);
        await ExpectWaitedAsync(world, board, before, ended, issued);
        await ExpectNoneDeniedAsync(world, board, log);
    }

    private static async Task<JsonNode[]> CertificatesAsync(World world, BoardOnTheBench board) =>
        [.. (await world.Fleet.GetAsync($"/devices/{board.Name}/certificates")).AsArray().Select(entry => entry!).Where(entry => entry["kind"]!.GetValue<string>() == "ldevid")];

    private static DateTime At(JsonNode entry, string member) => entry[member]!.GetValue<DateTime>().ToUniversalTime();

    private static async Task ExpectWaitedAsync(World world, BoardOnTheBench board, JsonNode before, DateTime ended, DateTime issued)
    {
        int boot = before["boot"]!.GetValue<int>();
        JsonNode[] messages = [.. (await world.Fleet.GetAsync($"/devices/{board.Name}/telemetry")).AsArray().Select(entry => entry!).Where(entry => entry["payload"]!["boot"]!.GetValue<int>() == boot)];

        // A second for what was under way at the end. How much waits is chance: the pauses between attempts are drawn.
        DateTime[] between = [.. messages.Select(entry => At(entry, "receivedAt")).Where(time => time > ended.AddSeconds(1) && time < issued)];
        JsonNode[] waited = [.. messages.Where(entry => At(entry, "receivedAt") > issued && At(entry["payload"]!, "ts") < issued)];
        world.Report.Expect(
            "nothing that it measured arrived while it had none", between.Length == 0, $"without one for {(issued - ended).TotalSeconds:0.0} s; {waited.Length} messages waited for the next");
        int[] numbers = [.. messages.Select(entry => entry["payload"]!["seq"]!.GetValue<int>()).Distinct()];
        world.Report.Expect("and arrived in its order", numbers.SequenceEqual(numbers.Order()), $"messages {numbers[0]} to {numbers[^1]}");
    }

    private static async Task ExpectNoneDeniedAsync(World world, BoardOnTheBench board, long after)
    {
        // One that was under way when the certificate ended is refused for that, not acknowledged, and sent again.
        JsonArray log = (await world.Fleet.GetAsync($"/log?after={after}&limit=10000")).AsArray();
        JsonNode[] denied = [.. log.Select(entry => entry!).Where(entry =>
            entry["event"]!.GetValue<string>() == "denied" && entry["resource"]?.GetValue<string>() == $"topic:devices/{board.Name}/telemetry" && entry["token"]!.GetValue<string>() != "certificate-ended")];
        world.Report.Expect("the fleet had to deny none of it", denied.Length == 0, denied.Length == 0 ? $"{log.Count} lines of its log" : denied[0].ToJsonString());
    }
}

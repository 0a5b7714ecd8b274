using System.Text.Json.Nodes;

namespace DeviceFirmware.Lab;

/// <summary>A third board's whole life, from first boot by way of another application to wipe, as its own ledger tells it; and what the flashes that were put back have left.</summary>
internal static class Ledgers
{
    internal static async Task PlayAsync(World world)
    {
        Report report = world.Report;
        report.Begin("Ledger");
        JsonNode anomalies = await world.Fleet.UntilAsync(
            "the fleet notices the flashes that were put back", "/anomalies?limit=1000", node => node.AsArray().Any(entry => entry!["kind"]!.GetValue<string>() == "ledger-fork"));
        string told = anomalies.AsArray().First(entry => entry!["kind"]!.GetValue<string>() == "ledger-fork")!["text"]!.GetValue<string>();
        report.Expect("a board whose flash was put back to an older day tells two stories, and the fleet sees it", told.Length > 0, told);

        await using BoardOfTheStory story = await BoardOfTheStory.MakeAsync(world);
        BoardOnTheBench board = story.Board;
        string key = await Orders.KeyHashAsync(world, board);
        string answered = await Orders.SendAsync(world, board, await Orders.SignAsync(world, board, "report"));
        report.Expect("it obeys an order", answered == "accepted", answered);
        string refused = await Orders.SendAsync(world, board, await Orders.SignAsync(world, new string('0', 64), "command.current.key.pem", "restart"));
        report.Expect("it refuses one for another board", refused == "other-target", refused);
        await QuarantineAsync(world, board);
        await Sensors.PlayAsync(world, board);
        await WipeAsync(world, board, key);
        await VerifyAsync(world, board);
    }

    private static async Task QuarantineAsync(World world, BoardOnTheBench board)
    {
        int from = board.Console.Position;
        string begun = await Orders.SendAsync(world, board, await Orders.SignAsync(world, board, "quarantine", "--reason", "looks odd"));
        await board.SaysAsync("it starts in quarantine", line => line.StartsWith("quarantined by order", StringComparison.Ordinal), world.Stop, from);
        JsonNode device = await world.Fleet.UntilAsync(
            "the fleet keeps it apart too", $"/devices/{board.Name}", node => node["state"]!.GetValue<string>() == "quarantined" && node["connected"]!.GetValue<bool>());
        world.Report.Expect("an order quarantines the board, and the board the device", begun == "accepted", device["stateReason"]!.GetValue<string>());

        from = board.Console.Position;
        string ended = await Orders.SendAsync(world, board, await Orders.SignAsync(world, board, "release"));
        await board.SaysAsync("its application runs again", line => line.StartsWith("boot slot=", StringComparison.Ordinal), world.Stop, from);
        await world.Tools.DoAsync("Fleet", "fleet", ["release", board.Name, .. world.Fleet.Arguments]);
        JsonNode telemetry = await Connection.TelemetryAsync(world, board, entry => entry["boot"]!.GetValue<int>() >= 3);
        world.Report.Expect("another one releases it", ended == "accepted", telemetry.ToJsonString());
    }

    private static async Task WipeAsync(World world, BoardOnTheBench board, string key)
    {
        int from = board.Console.Position;
        string begun = await Orders.SendAsync(world, board, await Orders.SignAsync(world, board, "wipe", "--reason", "sold"));
        await board.SaysAsync("it is wiped", line => line.StartsWith("wiped:", StringComparison.Ordinal), world.Stop, from);
        string line = await board.SaysAsync("it stands in provisioning mode", FirstBoot.Unprovisioned, world.Stop, from);
        JsonNode device = await world.Fleet.GetAsync($"/devices/{board.Name}");
        world.Report.Expect("the receipt has retired the device", begun == "accepted" && device["state"]!.GetValue<string>() == "retired", $"{device["state"]}: {device["stateReason"]}");
        string now = Field.Of(line, "key");
        world.Report.Expect("the board is a new one, with another key", now.Length == 64 && now != key, $"{key[..16]}… was, {now[..16]}… is");
        await board.PowerOffAsync();
        string[] kept = ["counter", "orders", "time", "seal", "identity-key"];
        string[] left = [.. Directory.GetFiles(board.Flash).Select(Path.GetFileName).OfType<string>()];
        string[] strange = [.. left.Where(name => !kept.Contains(name.Split('.')[0]))];
        world.Report.Expect("nothing of the old one is left in its flash", strange.Length == 0, strange.Length == 0 ? string.Join(", ", left) : string.Join(", ", strange));
    }

    private static async Task VerifyAsync(World world, BoardOnTheBench board)
    {
        string entries = world.Workshop.At("board-c.ledger");
        string certificate = world.Workshop.At("board-c.pem");
        await world.Tools.DoAsync("Fleet", "fleet", ["ledger", "export", board.Name, "--out", entries, .. world.Fleet.Arguments]);
        await world.Tools.DoAsync(
            "Factory", "factory", "export", "--data", world.Workshop.At("station"), "--station-key", world.Workshop.At("station.key.pem"), "--format", "pem",
            "--id", board.Name, "--ca-certificate", world.Public("factory-issuing", "current.pem"), "--out", certificate);
        string[] verify = ["ledger", "verify", "--list", "--entries", entries, "--certificate", certificate];
        ToolResult verified = await world.Tools.TryAsync("Fleet", "fleet", verify);
        foreach (string line in verified.Lines)
        {
            world.Report.Tell(line);
        }

        string[] kinds = [.. verified.Lines.Where(line => char.IsAsciiDigit(line.FirstOrDefault())).Select(line => line.Split(' ')[2])];
        world.Report.Expect("its ledger verifies with its certificate alone", verified.ExitCode == 0 && verified.Last.Contains("gaps=none", StringComparison.Ordinal), verified.Last);
        bool isWhole = kinds.FirstOrDefault() == "provisioned" && kinds.ElementAtOrDefault(1) == "boot" && kinds.LastOrDefault() == "wipe"
            && Array.IndexOf(kinds, "order") < Array.IndexOf(kinds, "quarantine") && Array.IndexOf(kinds, "quarantine") is > 0 and int quarantined && Array.IndexOf(kinds, "release") > quarantined;
        world.Report.Expect("it tells the board's life, from first boot to wipe", isWhole, string.Join(" ", kinds));

        byte[] content = await File.ReadAllBytesAsync(entries, world.Stop);
        content[content.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(entries, content, world.Stop);
        ToolResult changed = await world.Tools.TryAsync("Fleet", "fleet", verify);
        world.Report.Expect("one changed bit of it is seen", changed.ExitCode != 0, changed.Last);
    }

    /// <summary>Board c: provisioned, sold, connected.</summary>
    private sealed class BoardOfTheStory(BoardOnTheBench board) : IAsyncDisposable
    {
        public BoardOnTheBench Board { get; } = board;

        public static async Task<BoardOfTheStory> MakeAsync(World world)
        {
            BoardOfTheStory story = new(new BoardOnTheBench("board-c", world.Workshop.At("board", "bin", "virtual-board.dll"), world.Workshop, "02:00:5e:00:00:0c"));
            string password = world.Workshop.At("network-password");
            byte[] before = await File.ReadAllBytesAsync(password, world.Stop);
            try
            {
                story.Board.PowerOn();
                await story.Board.SaysAsync("it stands in provisioning mode", FirstBoot.Unprovisioned, world.Stop);
                ToolResult made = await FactoryLine.ProvisionAsync(world, story.Board, "board-c", world.PublicKeys, world.PrivateKeys, world.BrokerPort);
                world.Report.Expect("a third board is made", made.ExitCode == 0, made.Last);
                await FactoryLine.ImportAsync(world, "board-c");
                await world.Fleet.UntilAsync("it is connected", "/devices/board-c", node => node["connected"]!.GetValue<bool>());
                await Claiming.ClaimAsync(world, story.Board);
                return story;
            }
            catch
            {
                await story.DisposeAsync();
                throw;
            }
            finally
            {
                // The last chapter looks for the password of the other boards.
                await File.WriteAllBytesAsync(password, before, CancellationToken.None);
            }
        }

        public async ValueTask DisposeAsync()
        {
            await Board.PowerOffAsync();
        }
    }
}

using System.Text.Json.Nodes;

namespace DeviceFirmware.Lab;

/// <summary>The boards connect by mutual TLS and measure; a planted CA keeps one from connecting.</summary>
internal static class Connection
{
    /// <summary>The file in which the CLR keeps its own CA store.</summary>
    private const string CaStore = "con_XB1_0.sys";

    internal static async Task PlayAsync(World world)
    {
        Report report = world.Report;
        report.Begin("Connect");
        foreach (BoardOnTheBench board in new[] { world.A, world.B })
        {
            JsonNode device = await world.Fleet.UntilAsync(
                $"{board.Name} connects", $"/devices/{board.Name}", node => node["state"]?.GetValue<string>() == "active" && node["connected"]!.GetValue<bool>());
            report.Expect($"{board.Name} is connected by its certificate", true, $"state {device["state"]}, certificate sha256:{device["certificateSha256"]}");
        }

        JsonNode telemetry = await TelemetryAsync(world, world.A, _ => true);
        report.Expect(
            "telemetry arrives",
            telemetry["deviceId"]!.GetValue<string>() == "board-a" && telemetry["tempC"] is not null && telemetry["meanTempC"] is null && telemetry["ts"] is not null,
            telemetry.ToJsonString());
        await ForeignCaAsync(world);
        await FalseBrokerAsync(world);
    }

    /// <summary>The newest telemetry of a board that fits.</summary>
    internal static async Task<JsonNode> TelemetryAsync(World world, BoardOnTheBench board, Func<JsonNode, bool> fits)
    {
        JsonNode list = await world.Fleet.UntilAsync(
            $"{board.Name}: telemetry", $"/devices/{board.Name}/telemetry", node => node.AsArray().Any(entry => fits(Message(entry!))));
        return Message(list.AsArray().Last(entry => fits(Message(entry!)))!);
    }

    private static JsonNode Message(JsonNode entry)
    {
        return entry["payload"]!;
    }

    private static async Task ForeignCaAsync(World world)
    {
        BoardOnTheBench board = world.B;
        await board.PowerOffAsync();
        await WithoutKeysAsync(world, board);
        byte[] foreign = Pem(File.ReadAllText(world.Workshop.At("impostor", "lab", "fleet-root", "current.pem")));
        byte[] store = new byte[8 + foreign.Length];
        "XB1\0"u8.CopyTo(store);
        BitConverter.TryWriteBytes(store.AsSpan(4), foreign.Length);
        foreign.CopyTo(store, 8);
        string file = Path.Combine(board.Flash, CaStore);
        await File.WriteAllBytesAsync(file, store, world.Stop);
        board.PowerOn();
        string line = await board.SaysAsync("it refuses to connect", text => text.Contains("connect refused", StringComparison.Ordinal), world.Stop);
        await board.PowerOffAsync();
        File.Delete(file);
        board.PowerOn();
        await board.SaysAsync("it connects", text => text.StartsWith("connected ", StringComparison.Ordinal), world.Stop);
        world.Report.Expect("the board itself saw the planted CA", Field.Of(line, "token") == "foreign-ca-store", Field.Of(line, "token"));
        world.Report.Refused(new Refusal(
            "a CA planted in the device's store", board.Name, Field.Of(line, "token"), Field.Of(line, "reason"), "the same board with an empty store connects"));
    }

    /// <summary>
    /// What the solution builds by default has no environment. Given the flash of a board that works, it believes nothing in it.
    /// </summary>
    private static async Task WithoutKeysAsync(World world, BoardOnTheBench board)
    {
        BoardOnTheBench keyless = new("firmware without keys", world.Workshop.Program("VirtualBoard", "virtual-board"), world.Workshop, "02:00:5e:00:00:0b");
        Bench.Copy(board.Flash, keyless.Flash);
        try
        {
            keyless.PowerOn();
            string identity = await keyless.SaysAsync("it refuses the identity", line => line.StartsWith("identity refused", StringComparison.Ordinal), world.Stop);
            string image = await keyless.SaysAsync("it refuses the image", line => line.StartsWith("boot slot=a refused", StringComparison.Ordinal), world.Stop);
            await keyless.SaysAsync("it waits", line => line.StartsWith("serial state=recovery", StringComparison.Ordinal), world.Stop);
            world.Report.Refused(new Refusal(
                "identity, by a firmware built without keys", keyless.Name, Field.Of(identity, "token"), Field.Of(identity, "reason"), $"{board.Name} connects with the same flash"));
            world.Report.Refused(new Refusal(
                "application, by a firmware built without keys", keyless.Name, Field.Of(image, "token"), Field.Of(image, "reason"), $"{board.Name} runs it from the same flash"));
        }
        finally
        {
            await keyless.PowerOffAsync();
        }
    }

    /// <summary>The impostor takes the broker's place: same name, same port, a certificate of his own root.</summary>
    private static async Task FalseBrokerAsync(World world)
    {
        BoardOnTheBench board = world.A;
        await board.PowerOffAsync();
        await world.FleetServer!.DisposeAsync();
        world.FleetServer = null;
        string refused;
        string reason;
        IReadOnlyList<string> seen;
        await using (Running impostor = await FactoryLine.StartFleetAsync(
            world, world.Workshop.At("impostor"), world.Workshop.At("impostor-private"), "impostor-fleet", world.BrokerPort, 0))
        {
            board.PowerOn();
            refused = await board.SaysAsync("it refuses the false broker", line => line.StartsWith("connect failed", StringComparison.Ordinal), world.Stop);
            reason = board.Console.Lines(0).LastOrDefault(line => line.StartsWith("link ", StringComparison.Ordinal)) ?? refused;
            seen = impostor.Lines(0);
            await board.PowerOffAsync();
        }

        world.FleetServer = await FactoryLine.StartFleetAsync(world, world.PublicKeys, world.PrivateKeys, "fleet", world.BrokerPort, world.ApiPort);
        board.PowerOn();
        await board.SaysAsync("it connects to the right broker again", line => line.StartsWith("connected ", StringComparison.Ordinal), world.Stop);
        world.Report.Expect("the board saw that it is false", Field.Of(refused, "token") == "tls-failed", refused);
        world.Report.Expect("the false broker saw no device", !seen.Any(line => line.Contains("device=board", StringComparison.Ordinal)), $"{seen.Count} lines of its log");
        world.Report.Refused(new Refusal("a broker with a certificate of another root", board.Name, Field.Of(refused, "token"), reason, "the right broker on the same port is taken"));
    }

    private static byte[] Pem(string text)
    {
        return Convert.FromBase64String(text[System.Security.Cryptography.PemEncoding.Find(text).Base64Data]);
    }
}

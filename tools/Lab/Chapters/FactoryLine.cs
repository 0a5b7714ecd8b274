using System.Text.Json.Nodes;

namespace DeviceFirmware.Lab;

/// <summary>The station gives the boards their identity and their first application.</summary>
internal static class FactoryLine
{
    internal static async Task PlayAsync(World world)
    {
        Report report = world.Report;
        report.Begin("Factory");
        await StartFleetAsync(world);

        ToolResult impostor = await ProvisionAsync(
            world, world.A, "board-a", world.Workshop.At("impostor"), world.Workshop.At("impostor-private"), world.BrokerPort, "impostor-station");
        ToolResult[] done = await Task.WhenAll(
            ProvisionAsync(world, world.A, "board-a", world.PublicKeys, world.PrivateKeys, world.BrokerPort),
            ProvisionAsync(world, world.B, "board-b", world.PublicKeys, world.PrivateKeys, world.BrokerPort));
        report.Expect("the impostor's station is refused", impostor.ExitCode == 1, impostor.RefusalLine);
        foreach (string line in done[0].Lines)
        {
            report.Tell(line);
        }

        report.Expect("the station provisions both boards", done.All(result => result.ExitCode == 0), done[0].ExitCode == 0 ? done[1].Last : done[0].Last);
        report.Refused(RefusalFrom(impostor, "identity from another factory root", world.A.Name, "the same board takes its identity from the right station"));

        string identity = await AskAsync(world, world.A, "id");
        report.Expect("the line now answers who the board is", identity.Contains("state=provisioned device=board-a", StringComparison.Ordinal), identity);

        string manifest = world.Workshop.At("manifest.json");
        await world.Tools.DoAsync("Factory", "factory", "key", "new", "--key", StationKey(world), "--unencrypted");
        await ExportAsync(world, manifest);
        JsonNode record = JsonNode.Parse(await File.ReadAllTextAsync(manifest, world.Stop))![0]!;
        string[] members = ["id", "hardwareId", "publicKeyHash", "certificateSha256", "batch", "line", "station", "operator", "firmwareVersion", "manufacturedAt"];
        report.Expect("the manufacturing record is complete", members.All(member => record[member] is not null), record.ToJsonString());
        await ImportAsync(world, "board-a", "board-b");
    }

    /// <summary>The labels go onto the boards, the manifest to the fleet; the boards are shipped.</summary>
    internal static async Task ImportAsync(World world, params string[] ids)
    {
        string[] label = ["label", "--data", world.Workshop.At("station")];
        await world.Tools.DoAsync("Factory", "factory", [.. label, "--out", world.Workshop.At("labels"), "--text"]);
        await world.Tools.DoAsync("Factory", "factory", [.. label, "--acknowledge", "--all"]);
        string manifest = world.Workshop.At("manifest.json");
        await ExportAsync(world, manifest);
        await world.Tools.DoAsync("Fleet", "fleet", ["import", .. world.Fleet.Arguments, manifest]);
        foreach (string id in ids)
        {
            JsonNode device = await world.Fleet.PostAsync($"/devices/{id}/state", new { state = "shipped", reason = "sold", actor = "operator" });
            world.Report.Expect($"the registry has {id} as shipped", device["state"]?.GetValue<string>() == "shipped", $"{id} is {device["state"]}");
        }
    }

    internal static Task<ToolResult> ProvisionAsync(World world, BoardOnTheBench board, string id, string publicKeys, string privateKeys, int brokerPort, string data = "station")
    {
        return world.Tools.TryAsync(
            "Factory",
            "factory",
            ["one", "--port", board.Serial, "--id", id, "--image", Images.File(world, "1.0.0"),
                "--broker-host", "localhost", "--broker-port", $"{brokerPort}", "--telemetry-seconds", $"{World.TelemetrySeconds}",
                "--ssid", "lab", "--password-file", NetworkPassword(world),
                "--answer-seconds", "5", "--greeting-seconds", "20", .. StationArguments(world, publicKeys, privateKeys, data)]);
    }

    private static Task<ToolResult> ExportAsync(World world, string manifest) => world.Tools.DoAsync(
        "Factory", "factory", "export", "--data", world.Workshop.At("station"), "--station-key", StationKey(world), "--out", manifest);

    private static string StationKey(World world) => world.Workshop.At("station.key.pem");

    private static string NetworkPassword(World world)
    {
        string file = world.Workshop.At("network-password");
        File.WriteAllText(file, Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(10)) + "\n");
        return file;
    }

    internal static string[] StationArguments(World world, string publicKeys, string privateKeys, string data)
    {
        return
        [
            "--data", world.Workshop.At(data),
            "--ca-certificate", Path.Combine(publicKeys, "lab", "factory-issuing", "current.pem"),
            "--ca-key", Path.Combine(privateKeys, "factory-issuing.key.pem"),
            "--root", Path.Combine(publicKeys, "lab", "factory-root", "current.pem"),
            "--batch", "2026-01", "--line", "line-1", "--station", "station-1", "--operator", "ada",
        ];
    }

    internal static Refusal RefusalFrom(ToolResult result, string what, string saidBy, string twin)
    {
        string[] parts = result.RefusalLine.Split(": ", 3);
        return new Refusal(what, saidBy, parts.ElementAtOrDefault(1) ?? "", parts.ElementAtOrDefault(2) ?? "", twin);
    }

    /// <summary>Types a line into the serial line, as a person at a terminal would.</summary>
    private static async Task<string> AskAsync(World world, BoardOnTheBench board, string question)
    {
        await using FileStream line = new(board.Serial, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, 1, useAsync: false);
        await line.WriteAsync(System.Text.Encoding.ASCII.GetBytes("\n" + question + "\n"), world.Stop);
        Task<string> answer = Task.Run(
            () =>
            {
                byte[] buffer = new byte[512];
                string text = "";
                while (!text.EndsWith("\r\n", StringComparison.Ordinal) && line.Read(buffer) is > 0 and int count)
                {
                    text += System.Text.Encoding.ASCII.GetString(buffer, 0, count);
                }

                // What the station left unread on the line comes first.
                return text[Math.Max(0, text.LastIndexOf("state=", StringComparison.Ordinal))..].Trim();
            },
            world.Stop);
        return await Task.WhenAny(answer, Task.Delay(5000, world.Stop)) == answer ? await answer : "no answer within 5 s";
    }

    /// <summary>Starts the fleet server with those keys; ports of 0 mean free ones.</summary>
    internal static async Task<Running> StartFleetAsync(World world, string publicKeys, string privateKeys, string data, int mqttPort, int apiPort, params string[] more)
    {
        Running server = Running.Start(
            data, [world.Workshop.Program("Fleet", "fleet"), "serve", "--data", world.Workshop.At(data),
            "--broker-certificate", Path.Combine(publicKeys, "lab", "broker", "current.pem"), "--broker-key", Path.Combine(privateKeys, "broker.key.pem"),
            "--next-certificate", Path.Combine(publicKeys, "lab", "broker", "next.pem"), "--next-key", Path.Combine(privateKeys, "broker.next.key.pem"),
            "--time-key", Path.Combine(privateKeys, "time.key.pem"),
            "--client-root", Path.Combine(publicKeys, "lab", "factory-root", "current.pem"),
            "--client-issuing", Path.Combine(publicKeys, "lab", "factory-issuing", "current.pem"),
            "--policies", world.Workshop.Source("tools", "Fleet", "policies"),
            "--mqtt-port", $"{mqttPort}", "--api-port", $"{apiPort}", .. more]);
        try
        {
            await server.LineAsync("it is ready", line => line.StartsWith("ready ", StringComparison.Ordinal), 0, TimeSpan.FromSeconds(60), world.Stop);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private static async Task StartFleetAsync(World world)
    {
        string key = world.Workshop.At("fleet.key");
        await world.Tools.DoAsync(
            "Fleet", "fleet", "key", "new", "--data", world.Workshop.At("fleet"), "--name", "lab", "--roles", "operator,factory,release,auditor",
            "--root", world.Public("fleet-root", "current.pem"), "--out", key);
        world.FleetServer = await StartFleetAsync(world, world.PublicKeys, world.PrivateKeys, "fleet", 0, 0);
        string ready = world.FleetServer.Lines(0).First(line => line.StartsWith("ready ", StringComparison.Ordinal));
        world.BrokerPort = int.Parse(Field.Of(ready, "mqtt"), System.Globalization.CultureInfo.InvariantCulture);
        world.ApiPort = int.Parse(Field.Of(ready, "api"), System.Globalization.CultureInfo.InvariantCulture);
        world.Fleet = new FleetApi(world.ApiPort, key, world.Public("fleet-root", "current.pem"), world.Stop);
        world.Report.Tell($"fleet server: broker on port {world.BrokerPort}, API on port {world.ApiPort}");
    }
}

using System.Text.Json.Nodes;

namespace DeviceFirmware.Lab;

/// <summary>The boards get their owner: by the secret on the label and the button, and by neither alone.</summary>
internal static class Claiming
{
    private const string Tenant = "north";

    internal static async Task PlayAsync(World world)
    {
        Report report = world.Report;
        report.Begin("Claim");
        string owner = await KeyAsync(world, Tenant);
        string stranger = await KeyAsync(world, "stranger");
        foreach (BoardOnTheBench board in new[] { world.A, world.B })
        {
            JsonNode device = await world.Fleet.UntilAsync($"{board.Name} is online", $"/devices/{board.Name}", node => node["connected"]!.GetValue<bool>());
            report.Expect($"{board.Name} is online and nobody's", device["state"]!.GetValue<string>() == "shipped", $"{device["state"]}");
        }

        JsonNode nothing = await world.Fleet.GetAsync($"/devices/{world.A.Name}/telemetry");
        report.Expect("what it measures goes nowhere yet", nothing.AsArray().Count == 0, $"{nothing.AsArray().Count} measurements");

        string guess = world.Workshop.At("guess");
        await File.WriteAllTextAsync(guess, "00000-00000-00000-00000\n", world.Stop);
        ToolResult guessed = await OpenAsync(world, world.A, stranger, guess);
        report.Expect("the serial number alone opens nothing", guessed.ExitCode == 1, guessed.RefusalLine);

        // The label photographed: the claim is open, and the board stays nobody's until a hand is on it.
        int from = world.A.Console.Position;
        ToolResult photographed = await OpenAsync(world, world.A, stranger, Label(world, world.A));
        await world.A.SaysAsync("it is asked", line => line.StartsWith("claim asked tenant=stranger", StringComparison.Ordinal), world.Stop, from);
        ToolResult second = await OpenAsync(world, world.A, owner, Label(world, world.A));
        report.Expect("a second claim cancels both", photographed.ExitCode == 0 && second.ExitCode == 1, second.RefusalLine);
        JsonNode still = await world.Fleet.GetAsync($"/devices/{world.A.Name}");
        report.Expect("without its button a board is nobody's", still["state"]!.GetValue<string>() == "shipped", $"{still["state"]}");

        foreach (BoardOnTheBench board in new[] { world.A, world.B })
        {
            await ClaimAsync(world, board);
        }

        ToolResult late = await OpenAsync(world, world.A, stranger, Label(world, world.A));
        report.Expect("the label is worth nothing while the board has an owner", late.ExitCode == 1, late.RefusalLine);
        string twin = $"its owner claims {world.A.Name} with label and button";
        report.Refused(FactoryLine.RefusalFrom(guessed, "a claim with the serial number alone", "fleet", twin));
        report.Refused(FactoryLine.RefusalFrom(second, "two claims of one board", "fleet", twin));
        report.Refused(FactoryLine.RefusalFrom(late, "a claim of a board that has an owner", "fleet", twin));
    }

    /// <summary>The owner claims a board that is online: label, then button.</summary>
    internal static async Task ClaimAsync(World world, BoardOnTheBench board)
    {
        string key = world.Workshop.At(Tenant + ".key");
        int from = board.Console.Position;
        ToolResult opened = await OpenAsync(world, board, key, Label(world, board));
        world.Report.Expect($"{board.Name}'s label opens a claim", opened.ExitCode == 0, opened.ExitCode == 0 ? "for ten minutes" : opened.RefusalLine);
        await board.SaysAsync("it is asked", line => line.StartsWith($"claim asked tenant={Tenant}", StringComparison.Ordinal), world.Stop, from);
        await board.PressAsync(world.Stop);
        await board.SaysAsync("it says yes", line => line.StartsWith($"claim signed tenant={Tenant}", StringComparison.Ordinal), world.Stop, from);
        JsonNode device = await world.Fleet.UntilAsync($"{board.Name} is its owner's", $"/devices/{board.Name}", node => node["state"]!.GetValue<string>() == "active");
        world.Report.Expect($"its button makes {board.Name} its owner's", device["tenant"]!.GetValue<string>() == Tenant, $"{device["state"]}, tenant {device["tenant"]}");
    }

    private static Task<ToolResult> OpenAsync(World world, BoardOnTheBench board, string key, string secret) => world.Tools.TryAsync(
        "Fleet", "fleet", "claim", "open", board.Name, "--secret-file", secret, "--api", world.Fleet.Url, "--token-file", key);

    private static string Label(World world, BoardOnTheBench board) => Path.Combine(world.Workshop.At("labels"), board.Name + ".txt");

    private static async Task<string> KeyAsync(World world, string tenant)
    {
        string key = world.Workshop.At(tenant + ".key");
        await world.Tools.DoAsync(
            "Fleet", "fleet", "key", "new", "--data", world.Workshop.At("fleet"), "--name", tenant, "--roles", "operator", "--tenant", tenant,
            "--root", world.Public("fleet-root", "current.pem"), "--out", key);
        return key;
    }
}

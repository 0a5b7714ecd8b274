using System.Text.Json.Nodes;

namespace DeviceFirmware.Lab;

/// <summary>Application images: packed by the signer, stored in the fleet.</summary>
internal static class Images
{
    internal static string Assembly(World world, string application)
    {
        return world.Workshop.At("apps", "bin", world.Workshop.Configuration, application, $"DeviceFirmware.App.{(application == "Sensor" ? "Sensor" : "Telemetry")}.dll");
    }

    internal static string File(World world, string name)
    {
        return world.Workshop.At("images", name + ".img");
    }

    internal static string CurrentKey(World world)
    {
        return Path.Combine(world.PrivateKeys, "ota-signing.current.key.pem");
    }

    /// <summary>Packs and signs; what is not said is as it should be. The release log lies beside the key; a reason breaks its rules.</summary>
    internal static async Task PackAsync(
        World world, string name, string version, int counter, string application = "1.1.0", string? key = null, string boardType = "virtual-board", string? reason = null)
    {
        string[] @override = reason is null ? [] : ["--override", reason];
        await world.Tools.DoAsync("Signer", "signer", [.. PackCommand(world, name, version, counter, application, key, boardType), .. @override]);
    }

    /// <summary>Wants an image that the release log must refuse; what the signer said.</summary>
    internal static async Task<string> PackRefusedAsync(World world, string name, string version, int counter)
    {
        ToolResult result = await world.Tools.TryAsync("Signer", "signer", PackCommand(world, name, version, counter, "1.1.0", null, "virtual-board"));
        return result.ExitCode == 1 ? result.RefusalLine : $"exit code {result.ExitCode}: {result.Last}";
    }

    private static string[] PackCommand(World world, string name, string version, int counter, string application, string? key, string boardType)
    {
        Directory.CreateDirectory(world.Workshop.At("images"));
        return
        [
            "pack", "--payload", Assembly(world, name == "1.0.0" ? "1.0.0" : application), "--payload-kind", "2",
            "--board-type", boardType, "--version", version, "--security-counter", $"{counter}",
            "--key", key ?? CurrentKey(world), "--out", File(world, name),
        ];
    }

    /// <summary>Gives an image to the fleet and wants it on a board.</summary>
    internal static async Task<string> RollOutAsync(World world, BoardOnTheBench board, string name)
    {
        JsonNode stored = await world.Fleet.PostFileAsync("/images", File(world, name));
        string hash = stored["sha256"]!.GetValue<string>();
        string order = await Orders.SignAsync(world, board, "update", "--image", File(world, name), "--not-after", Orders.InADay());
        await world.Fleet.PostFileAsync($"/devices/{board.Name}/rollout", order);
        return hash;
    }

    /// <summary>Waits until the fleet knows how the rollout ended.</summary>
    internal static Task<JsonNode> RolloutEndsAsync(World world, BoardOnTheBench board, string name, string state, double seconds = 90)
    {
        return world.Fleet.UntilAsync(
            $"{board.Name}: rollout of {name} is {state}",
            $"/devices/{board.Name}",
            device => device["rollout"]?.GetValue<string>() == state,
            seconds);
    }
}

using System.Text.Json.Nodes;

namespace DeviceFirmware.Lab;

/// <summary>Everything that must be refused, each beside a twin that differs in that one thing and succeeds.</summary>
internal static class Refusals
{
    internal static async Task PlayAsync(World world)
    {
        world.Report.Begin("Refusals");
        await Task.WhenAll(OnBoardAAsync(world), OnBoardBAsync(world), Clients.PlayAsync(world));
    }

    private static async Task OnBoardAAsync(World world)
    {
        string impostorsKey = Path.Combine(world.Workshop.At("impostor-private"), "ota-signing.current.key.pem");
        await Images.PackAsync(world, "a-key-twin", "1.2.0", 2);
        await Images.PackAsync(world, "a-key", "1.2.0", 2, key: impostorsKey);
        await RefusedThenTakenAsync(world, world.A, "a-key", "unknown-key", "signed by another key", "a-key-twin", "1.2.0");

        await Images.PackAsync(world, "a-byte-twin", "1.3.0", 2);
        byte[] image = await System.IO.File.ReadAllBytesAsync(Images.File(world, "a-byte-twin"), world.Stop);
        image[1000] ^= 1;
        await System.IO.File.WriteAllBytesAsync(Images.File(world, "a-byte"), image, world.Stop);
        await RefusedThenTakenAsync(world, world.A, "a-byte", "wrong-hash", "one payload byte flipped", "a-byte-twin", "1.3.0");

        await Images.PackAsync(world, "a-type-twin", "1.4.0", 2);
        await Images.PackAsync(world, "a-type", "1.4.0", 2, boardType: "esp32-psram");
        await RefusedThenTakenAsync(world, world.A, "a-type", "other-board-type", "for another board type", "a-type-twin", "1.4.0");
    }

    private static async Task OnBoardBAsync(World world)
    {
        await Images.PackAsync(world, "b-counter-twin", "1.2.0", 2);
        await Images.PackAsync(world, "b-counter", "1.2.0", 1, reason: "lab: what a thief of the key would sign");
        await RefusedThenTakenAsync(world, world.B, "b-counter", "counter-too-low", "lower security counter", "b-counter-twin", "1.2.0");

        await Images.PackAsync(world, "b-older-twin", "1.3.0", 2);
        string refused = await Images.PackRefusedAsync(world, "b-older", "1.1.5", 2);
        world.Report.Expect("the signer refuses a version below one that it signed", refused.StartsWith("refused: version-not-above", StringComparison.Ordinal), refused);
        await Images.PackAsync(world, "b-older", "1.1.5", 2, reason: "lab: a signer that is told to");
        await RefusedThenTakenAsync(world, world.B, "b-older", "not-newer", "older version", "b-older-twin", "1.3.0");

        await Images.PackAsync(world, "b-crash-twin", "1.4.0", 2);
        await Images.PackAsync(world, "b-crash", "1.4.0", 2, application: "crash", reason: "lab: the same version with another application");
        int from = world.B.Console.Position;
        Refusal refusal = await RefusedAsync(world, world.B, "b-crash", "crashed", "crashes on start");
        string back = await world.B.SaysAsync("it boots the old application again", line => line.StartsWith("boot slot=", StringComparison.Ordinal) && Field.Of(line, "trial") == "no", world.Stop, from);
        world.Report.Expect("the old application came back by itself", Field.Of(back, "version").StartsWith("1.3.0", StringComparison.Ordinal), back);
        await TakenAsync(world, world.B, refusal, "b-crash-twin", "1.4.0");
    }

    private static async Task RefusedThenTakenAsync(World world, BoardOnTheBench board, string bad, string token, string what, string twin, string version)
    {
        Refusal refusal = await RefusedAsync(world, board, bad, token, what);
        await TakenAsync(world, board, refusal, twin, version);
    }

    private static async Task<Refusal> RefusedAsync(World world, BoardOnTheBench board, string bad, string token, string what)
    {
        await Images.RollOutAsync(world, board, bad);
        JsonNode device = await Images.RolloutEndsAsync(world, board, bad, "refused");
        string said = device["rolloutToken"]!.GetValue<string>();
        world.Report.Expect($"{board.Name} refuses an image: {what}", said == token, $"{said}: {device["rolloutReason"]}");
        return new Refusal(what, board.Name, said, device["rolloutReason"]!.GetValue<string>(), "");
    }

    private static async Task TakenAsync(World world, BoardOnTheBench board, Refusal refusal, string twin, string version)
    {
        await Images.RollOutAsync(world, board, twin);
        JsonNode device = await Images.RolloutEndsAsync(world, board, twin, "done");
        string running = device["reportedVersion"]!.GetValue<string>();
        world.Report.Expect($"{board.Name} takes the twin", running.StartsWith(version, StringComparison.Ordinal), $"version {running}");
        world.Report.Refused(refusal with { Twin = $"the same otherwise: confirmed as {running}" });
    }
}

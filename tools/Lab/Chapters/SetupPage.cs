using System.Net;

namespace DeviceFirmware.Lab;

/// <summary>The owner gives a board another network: button, label, form. Nothing else changes by it.</summary>
internal static class SetupPage
{
    private const string NewNetwork = "owners-network";

    /// <summary>Where the CLR keeps the access point's settings: its passphrase, the label's password, is in the third line while the page is open.</summary>
    private const string AccessPoint = "con_AP1_0.sys";

    internal static async Task PlayAsync(World world)
    {
        Report report = world.Report;
        report.Begin("The owner's network");
        BoardOnTheBench board = world.A;
        byte[] identity = await File.ReadAllBytesAsync(Path.Combine(board.Flash, "identity.0"), world.Stop);
        using HttpClient phone = new() { BaseAddress = new Uri($"http://127.0.0.1:{board.SetupPort}"), Timeout = TimeSpan.FromSeconds(10) };
        report.Expect("no page before the button is pressed", !await AnswersAsync(phone, world.Stop), $"port {board.SetupPort} is shut");

        int from = board.Console.Position;
        await File.WriteAllTextAsync(board.Button, "", world.Stop);
        await board.SaysAsync("it opens its access point", line => line.Contains("setup open", StringComparison.Ordinal), world.Stop, from);
        string label = File.ReadAllLines(Path.Combine(board.Flash, AccessPoint))[2];
        await File.WriteAllTextAsync(world.Workshop.At("setup-password"), label, world.Stop);

        string page = await phone.GetStringAsync("/", world.Stop);
        report.Expect("the page asks for label, network and password", new[] { "name=setup", "name=ssid", "name=password" }.All(page.Contains), $"{page.Length} bytes");
        (HttpStatusCode wrong, string refusal) = await SendAsync(phone, "000000000000", world.Stop);
        report.Expect("another label's password changes nothing", wrong == HttpStatusCode.Forbidden && refusal.Contains("wrong-password", StringComparison.Ordinal), refusal);
        (HttpStatusCode right, string answer) = await SendAsync(phone, label.ToLowerInvariant(), world.Stop);
        report.Expect("the label's password sets the network", right == HttpStatusCode.OK && answer.Contains("accepted", StringComparison.Ordinal), answer);

        await board.SaysAsync("it closes the page", line => line.Contains("setup closed reason=\"done\"", StringComparison.Ordinal), world.Stop, from);
        from = board.Console.Position;
        await board.SaysAsync("it starts again", line => line.Contains("power-on", StringComparison.Ordinal), world.Stop, from);
        string joined = await board.SaysAsync("it connects over the new network", line => line.Contains("connected host=", StringComparison.Ordinal), world.Stop, from);
        report.Expect("the board connects again, to the same broker", joined.Contains("host=localhost", StringComparison.Ordinal), joined);
        report.Expect("the page is shut again", !await AnswersAsync(phone, world.Stop), $"port {board.SetupPort} is shut");
        byte[] after = await File.ReadAllBytesAsync(Path.Combine(board.Flash, "identity.0"), world.Stop);
        report.Expect("who the board is did not change", identity.SequenceEqual(after), "identity.0 is the same");
    }

    private static async Task<(HttpStatusCode Status, string Text)> SendAsync(HttpClient phone, string label, CancellationToken stop)
    {
        Dictionary<string, string> form = new() { ["setup"] = label, ["ssid"] = NewNetwork, ["password"] = "a passphrase & more" };
        using FormUrlEncodedContent content = new(form);
        using HttpResponseMessage response = await phone.PostAsync(new Uri("/network", UriKind.Relative), content, stop);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(stop));
    }

    private static async Task<bool> AnswersAsync(HttpClient phone, CancellationToken stop)
    {
        try
        {
            await phone.GetStringAsync("/", stop);
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}

using System.Globalization;
using System.Text.Json.Nodes;

namespace DeviceFirmware.Lab;

/// <summary>Orders, signed offline with the command key and carried by the fleet.</summary>
internal static class Orders
{
    private static readonly SemaphoreSlim _signing = new(1, 1);

    private static int _files;

    /// <summary>The end of a window.</summary>
    internal static string InADay()
    {
        return DateTime.UtcNow.AddDays(1).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
    }

    /// <summary>Signs an order to a board; its file.</summary>
    internal static async Task<string> SignAsync(World world, BoardOnTheBench board, string verb, params string[] options)
    {
        return await SignAsync(world, await KeyHashAsync(world, board), "command.current.key.pem", verb, options);
    }

    /// <summary>Signs an order to the board of that key hash with one of the command keys; its file.</summary>
    internal static async Task<string> SignAsync(World world, string keyHash, string key, string verb, params string[] options)
    {
        Directory.CreateDirectory(world.Workshop.At("orders"));
        string file = world.Workshop.At("orders", $"{Interlocked.Increment(ref _files)}-{verb}.order");
        string[] sign = ["order", "sign", verb, "--board", keyHash, "--key", Path.Combine(world.PrivateKeys, key), "--out", file];

        // The log of a key is one process's at a time.
        await _signing.WaitAsync(world.Stop);
        try
        {
            await world.Tools.DoAsync("Keys", "keys", [.. sign, .. options]);
        }
        finally
        {
            _signing.Release();
        }

        return file;
    }

    /// <summary>Hands a signed order to the fleet and waits for the board's answer: its token.</summary>
    internal static async Task<string> SendAsync(World world, BoardOnTheBench board, string file)
    {
        JsonNode sent = await world.Fleet.PostFileAsync($"/devices/{board.Name}/orders", file);
        string sha256 = sent["sha256"]!.GetValue<string>();
        bool Fits(JsonNode? order) => order!["sha256"]!.GetValue<string>() == sha256 && order["answeredAt"] is not null;
        JsonNode orders = await world.Fleet.UntilAsync($"{board.Name} answers the order", $"/devices/{board.Name}/orders", node => node.AsArray().Any(Fits), 60);
        return orders.AsArray().First(Fits)!["token"]!.GetValue<string>();
    }

    /// <summary>The key hash under which the fleet knows a board.</summary>
    internal static async Task<string> KeyHashAsync(World world, BoardOnTheBench board)
    {
        return (await world.Fleet.GetAsync($"/devices/{board.Name}"))["publicKeyHash"]!.GetValue<string>();
    }
}

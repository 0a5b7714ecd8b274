using System.Net;
using System.Net.Sockets;

namespace DeviceFirmware.Lab;

/// <summary>A virtual board as it lies on the bench: a program to start and stop, a directory that is its flash, a serial line.</summary>
public sealed class BoardOnTheBench(string name, string program, Workshop workshop, string mac)
{
    private Running? _running;

    /// <summary>Its name here, and the id it will get.</summary>
    public string Name { get; } = name;

    /// <summary>Its flash.</summary>
    public string Flash { get; } = workshop.At("flash", name);

    /// <summary>Its serial line: a link to a pseudo-terminal.</summary>
    public string Serial { get; } = workshop.At(name + ".tty");

    /// <summary>Its button: making this file presses it.</summary>
    public string Button { get; } = workshop.At(name + ".button");

    /// <summary>Its pins: a byte added to a file named by a GPIO's number is a pulse.</summary>
    public string Pins { get; } = workshop.At(name + ".pins");

    /// <summary>The port of this machine that stands for port 80 of its access point.</summary>
    public int SetupPort { get; } = FreePort();

    /// <summary>The program while it runs.</summary>
    public Running Console => _running ?? throw new ExpectationFailedException($"{Name} is switched on");

    /// <summary>Switches it on.</summary>
    public void PowerOn(params string[] more)
    {
        Directory.CreateDirectory(Pins);
        _running = Running.Start(
            Name, [program, "--flash", Flash, "--serial", Serial, "--mac", mac, "--button", Button, "--pins", Pins, "--setup-port", $"{SetupPort}", .. more]);
    }

    /// <summary>Presses its button.</summary>
    public Task PressAsync(CancellationToken stop)
    {
        return File.WriteAllTextAsync(Button, "", stop);
    }

    /// <summary>Switches it off.</summary>
    public async Task PowerOffAsync()
    {
        if (_running is not null)
        {
            await _running.DisposeAsync();
            _running = null;
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Waits for a line of its console.</summary>
    public Task<string> SaysAsync(string what, Func<string, bool> fits, CancellationToken stop, int from = 0, double seconds = 60)
    {
        return Console.LineAsync(what, fits, from, TimeSpan.FromSeconds(seconds), stop);
    }
}

namespace DeviceFirmware.NanoSim.Host;

/// <summary>What the outside of a virtual board is: its flash, its wires, its power. Nothing here is a trust anchor.</summary>
/// <param name="FlashDirectory">Folder that stands for the littlefs partition <c>I:\</c>.</param>
/// <param name="Mac">Station MAC address, 6 bytes.</param>
/// <param name="SerialDescriptor">Inherited file descriptor of the serial line; -1 when nothing is connected.</param>
/// <param name="CutAfter">Power ends when storage operation CutAfter + 1 is about to happen; -1 for never.</param>
/// <param name="CountFile">File that always holds the number of storage operations done so far; it carries the count over restarts.</param>
/// <param name="HasNetworkTime">Whether the network answers SNTP.</param>
public sealed record SimOptions(string FlashDirectory, byte[] Mac, int SerialDescriptor, long CutAfter, string? CountFile, bool HasNetworkTime)
{
    /// <summary>File whose appearance presses the button; null: nobody presses it.</summary>
    public string? ButtonFile { get; init; }

    /// <summary>Folder with a file for each GPIO that pulses come to, named by its number: each byte of it is a pulse. Null: none come.</summary>
    public string? PinsFolder { get; init; }

    /// <summary>Loopback port that stands for port 80 of the board's access point; 0 for none.</summary>
    public int SetupPort { get; init; }
}

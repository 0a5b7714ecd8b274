namespace DeviceFirmware.Board;

/// <summary>Where the CLR's partition table has the deployment: it depends on the chip and on its flash.</summary>
/// <param name="Address">Flash address.</param>
/// <param name="Size">Bytes.</param>
public sealed record DeployPartition(int Address, int Size)
{
    /// <summary>
    /// The partition, from the tables of the CLR's ESP32 targets (line 1.17), or null for a chip or size without one.
    /// </summary>
    public static DeployPartition? Of(string chip, int flashMegabytes) => (chip, flashMegabytes) switch
    {
        ("ESP32", 4) => new(0x1E0000, 0x1C0000),
        ("ESP32", 8 or 16) => new(0x1E0000, 0x2B0000),
        ("ESP32-S3", 4) => new(0x1B0000, 0x1F0000),
        ("ESP32-S3", 8 or 16 or 32) => new(0x1B0000, 0x2E0000),
        ("ESP32-C3", 4 or 8 or 16) => new(0x1B0000, 0x1F0000),
        ("ESP32-C6", 4) => new(0x250000, 0x170000),
        ("ESP32-C6", 8 or 16) => new(0x250000, 0x240000),
        _ => null,
    };
}

using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary>The largest image that boards of a type take. Every type has slots of one size today: that of firmware/Esp32/BoardSettings.</summary>
public static class BoardLimits
{
    private const int SlotSize = 96 * 1024;

    /// <summary>Bytes: what the command line says, or what is known of the type.</summary>
    public static int MaximumOf(string boardType, int? stated)
    {
        ArgumentNullException.ThrowIfNull(boardType);
        return stated is null or (> 0 and <= ImageFormat.MaximumImageSize)
            ? stated ?? SlotSize
            : throw ToolFailure.BadInput($"--max-size is 1 to {ImageFormat.MaximumImageSize} bytes");
    }
}

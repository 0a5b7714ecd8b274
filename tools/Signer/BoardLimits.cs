using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary>The largest image that boards of a type take: the slot in the type's settings, which the firmware is built from too.</summary>
public static class BoardLimits
{
    // Of a type that has no settings here.
    private const int UnknownBoard = 96 * 1024;

    /// <summary>Bytes: what the command line says, or the slot of the type.</summary>
    public static int MaximumOf(string boardType, int? stated)
    {
        ArgumentNullException.ThrowIfNull(boardType);
        return stated is null or (> 0 and <= ImageFormat.MaximumImageSize)
            ? stated ?? BoardCatalog.OfType(boardType)?.SlotSize ?? UnknownBoard
            : throw ToolFailure.BadInput($"--max-size is 1 to {ImageFormat.MaximumImageSize} bytes");
    }
}

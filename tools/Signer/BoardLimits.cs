using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary>The largest image that boards of a type take: the slot of the firmware's settings for that board.</summary>
public static class BoardLimits
{
    /// <summary>Bytes: what the command line says, or the slot of the type. A type that the firmware has no settings for needs the former.</summary>
    public static int MaximumOf(string boardType, int? stated)
    {
        ArgumentNullException.ThrowIfNull(boardType);
        if (stated is <= 0 or > ImageFormat.MaximumImageSize)
        {
            throw ToolFailure.BadInput($"--max-size is 1 to {ImageFormat.MaximumImageSize} bytes");
        }

        return stated ?? BoardCatalog.OfType(boardType)?.SlotSize ?? throw ToolFailure.BadInput(
            $"there is no board of type '{boardType}' to take a largest image from; give --max-size, or one of {string.Join(", ", BoardCatalog.All.Select(board => board.BoardType))}");
    }
}

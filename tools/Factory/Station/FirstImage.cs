using DeviceFirmware.Image;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary>The application image a board gets at the factory. The station reads its version; whether it may run is the board's decision.</summary>
public sealed record FirstImage(byte[] File, string Version)
{
    private const int MaximumLength = 16 * 1024 * 1024;

    /// <summary>Reads an image file, or ends the tool with bad input.</summary>
    public static FirstImage Read(string path)
    {
        byte[] file = WholeFile.Read(path, MaximumLength);
        ImageHeader? header = ImageHeader.Decode(file, file.Length);
        return header is null
            ? throw ToolFailure.BadInput($"{path} is not an MCUboot image")
            : new FirstImage(file, header.Version.ToString());
    }
}

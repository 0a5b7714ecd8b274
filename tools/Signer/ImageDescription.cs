using System.Buffers.Binary;
using System.Text;
using DeviceFirmware.Image;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary>What an image says about itself, beside its payload; made once from the command line, checked there.</summary>
public sealed class ImageDescription
{
    private const int MaximumCoreLibraryLength = 64;

    /// <summary>Checks everything that the board would refuse, or ends the tool with bad input.</summary>
    public ImageDescription(
        ImageVersion version, uint securityCounter, string boardType, PayloadKind payloadKind, int headerSize, ImageVersion? minimumLoader, string? coreLibrary)
    {
        if (!Bytes.Ascii.IsName(boardType))
        {
            throw ToolFailure.BadInput("a board type is 1 to 32 of a-z, 0-9 and '-'");
        }

        if (headerSize is < ImageHeader.Size or > ImageHeader.MaximumHeaderSize || headerSize % 4 != 0)
        {
            throw ToolFailure.BadInput($"the header size is {ImageHeader.Size} to {ImageHeader.MaximumHeaderSize} bytes, a multiple of 4");
        }

        if (coreLibrary is not null && (coreLibrary.Length is 0 or > MaximumCoreLibraryLength || coreLibrary.Any(c => c is < ' ' or > '~')))
        {
            throw ToolFailure.BadInput($"the core library line is 1 to {MaximumCoreLibraryLength} printable ASCII characters");
        }

        Version = version;
        SecurityCounter = securityCounter;
        BoardType = boardType;
        PayloadKind = payloadKind;
        HeaderSize = headerSize;
        MinimumLoader = minimumLoader;
        CoreLibrary = coreLibrary;
    }

    /// <summary>The version.</summary>
    public ImageVersion Version { get; }

    /// <summary>Boards refuse an image whose counter is below the one they have confirmed.</summary>
    public uint SecurityCounter { get; }

    /// <summary>The only board type that may run the image.</summary>
    public string BoardType { get; }

    /// <summary>What the payload is.</summary>
    public PayloadKind PayloadKind { get; }

    /// <summary>Bytes before the payload.</summary>
    public int HeaderSize { get; }

    /// <summary>Oldest loader that may run the image; null for any.</summary>
    public ImageVersion? MinimumLoader { get; }

    /// <summary>The core library the payload was built for; null for any.</summary>
    public string? CoreLibrary { get; }

    /// <summary>The protected TLVs, in the order of their types as design.md lists them.</summary>
    public TlvArea ProtectedTlvs()
    {
        TlvArea area = new(ImageFormat.ProtectedInfoMagic);
        byte[] counter = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(counter, SecurityCounter);
        area.Add(ImageFormat.SecurityCounterTlv, counter);
        area.Add(ImageFormat.BoardTypeTlv, Encoding.ASCII.GetBytes(BoardType));
        area.Add(ImageFormat.PayloadKindTlv, [(byte)PayloadKind]);
        if (MinimumLoader is not null)
        {
            area.Add(ImageFormat.MinimumLoaderTlv, VersionField.Write(MinimumLoader));
        }

        if (CoreLibrary is not null)
        {
            area.Add(ImageFormat.CoreLibraryTlv, Encoding.ASCII.GetBytes(CoreLibrary));
        }

        return area;
    }
}

namespace DeviceFirmware.Signer;

/// <summary>The numbers of MCUboot's image format (docs/design.md, bootutil/image.h) and our vendor TLVs.</summary>
public static class ImageFormat
{
    public const ushort ProtectedInfoMagic = 0x6908;
    public const ushort InfoMagic = 0x6907;
    public const int InfoSize = 4;
    public const int TlvHeaderSize = 4;

    public const ushort KeyHashTlv = 0x01;
    public const ushort Sha256Tlv = 0x10;
    public const ushort EcdsaSignatureTlv = 0x22;
    public const ushort SecurityCounterTlv = 0x50;

    // Vendor TLVs: any high byte, low byte 0xA0 to 0xFF, at most 0xFFFE.
    public const ushort BoardTypeTlv = 0x00A0;
    public const ushort PayloadKindTlv = 0x00A1;
    public const ushort MinimumLoaderTlv = 0x00A2;
    public const ushort CoreLibraryTlv = 0x00A3;

    /// <summary>Largest image this tool reads or writes, in bytes: far above what any slot takes.</summary>
    public const int MaximumImageSize = 16 * 1024 * 1024;

    /// <summary>The name of a TLV type, for people.</summary>
    public static string NameOf(int type) => type switch
    {
        KeyHashTlv => "key hash",
        Sha256Tlv => "SHA-256",
        EcdsaSignatureTlv => "ECDSA signature",
        SecurityCounterTlv => "security counter",
        BoardTypeTlv => "board type",
        PayloadKindTlv => "payload kind",
        MinimumLoaderTlv => "minimum loader",
        CoreLibraryTlv => "core library",
        _ => "unknown",
    };
}

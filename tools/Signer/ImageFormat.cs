namespace DeviceFirmware.Signer;

/// <summary>The numbers of MCUboot's image format (its design document, "Image format", and bootutil/image.h) and our vendor TLVs.</summary>
public static class ImageFormat
{
    /// <summary>Starts the protected TLV area.</summary>
    public const ushort ProtectedInfoMagic = 0x6908;

    /// <summary>Starts the unprotected TLV area.</summary>
    public const ushort InfoMagic = 0x6907;

    /// <summary>Bytes at the start of an area: magic and total length.</summary>
    public const int InfoSize = 4;

    /// <summary>Bytes before a TLV's value: type and length.</summary>
    public const int TlvHeaderSize = 4;

    /// <summary>SHA-256 of the signer's SubjectPublicKeyInfo.</summary>
    public const ushort KeyHashTlv = 0x01;

    /// <summary>SHA-256 over header, payload and protected TLVs.</summary>
    public const ushort Sha256Tlv = 0x10;

    /// <summary>ECDSA signature over that hash, DER.</summary>
    public const ushort EcdsaSignatureTlv = 0x22;

    /// <summary>Security counter, 4 bytes, low byte first.</summary>
    public const ushort SecurityCounterTlv = 0x50;

    // Vendor TLVs: any high byte, low byte 0xA0 to 0xFF, at most 0xFFFE.
    /// <summary>Board type, ASCII.</summary>
    public const ushort BoardTypeTlv = 0x00A0;

    /// <summary>Payload kind, 1 byte.</summary>
    public const ushort PayloadKindTlv = 0x00A1;

    /// <summary>Minimum loader version, 8 bytes as in the header.</summary>
    public const ushort MinimumLoaderTlv = 0x00A2;

    /// <summary>CoreLibrary line, ASCII.</summary>
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

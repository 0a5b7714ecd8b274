namespace DeviceFirmware.Signer;

/// <summary>What the payload of an image is (TLV 0x00A1).</summary>
public enum PayloadKind : byte
{
    /// <summary>nanoFramework assemblies (<c>.pe</c>, marker NFMRK1), for boards.</summary>
    NanoAssemblies = 1,

    /// <summary>.NET assemblies, for virtual boards.</summary>
    DotNetAssemblies = 2,
}

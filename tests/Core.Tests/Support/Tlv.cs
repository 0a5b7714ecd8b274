namespace DeviceFirmware.Tests.Support
{
    /// <summary>An entry of an image's TLV area.</summary>
    internal sealed class Tlv
    {
        internal const int KeyHash = 0x01;
        internal const int Sha256 = 0x10;
        internal const int Signature = 0x22;
        internal const int SecurityCounter = 0x50;
        internal const int BoardType = 0xA0;
        internal const int PayloadKind = 0xA1;
        internal const int MinimumLoader = 0xA2;
        internal const int CoreLibrary = 0xA3;

        internal Tlv(int type, byte[] value)
        {
            Type = type;
            Value = value;
        }

        internal int Type { get; }

        internal byte[] Value { get; }
    }
}

using DeviceFirmware.Bytes;

namespace DeviceFirmware.Tests.Support
{
    /// <summary>Certificate extensions of any shape (RFC 5280 section 4.2.1).</summary>
    internal static class Extension
    {
        internal const byte KeyUsageId = 15;
        internal const byte AlternativeNameId = 17;
        internal const byte BasicConstraintsId = 19;
        internal const byte ExtendedKeyUsageId = 37;

        /// <summary>An extension of id-ce, 2.5.29.</summary>
        internal static byte[] Of(byte id, bool critical, byte[] value)
        {
            byte[] oid = Der.Item(Der.ObjectIdentifierTag, new byte[] { 0x55, 0x1D, id });
            byte[] octets = Der.Item(Der.OctetStringTag, value);
            return critical ? Der.Sequence(oid, Der.Item(Der.BooleanTag, new byte[] { 0xFF }), octets) : Der.Sequence(oid, octets);
        }

        /// <summary>basicConstraints; <paramref name="pathLength"/> below 0: none.</summary>
        internal static byte[] BasicConstraints(bool isAuthority, int pathLength)
        {
            byte[] authority = isAuthority ? Der.Item(Der.BooleanTag, new byte[] { 0xFF }) : new byte[0];
            byte[] length = pathLength >= 0 ? Der.Item(Der.IntegerTag, new byte[] { (byte)pathLength }) : new byte[0];
            return Of(BasicConstraintsId, true, Der.Sequence(authority, length));
        }

        /// <summary>keyUsage: 0x80 digitalSignature, 0x04 keyCertSign, 0x02 cRLSign.</summary>
        internal static byte[] KeyUsage(byte bits)
        {
            int unused = 0;
            while (unused < 7 && (bits & (1 << unused)) == 0)
            {
                unused++;
            }

            return Of(KeyUsageId, true, Der.Item(Der.BitStringTag, new byte[] { (byte)unused, bits }));
        }

        /// <summary>extKeyUsage of one purpose of id-kp: 1 serverAuth, 2 clientAuth.</summary>
        internal static byte[] Purpose(byte purpose)
        {
            byte[] id = Der.Item(Der.ObjectIdentifierTag, new byte[] { 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, purpose });
            return Of(ExtendedKeyUsageId, false, Der.Sequence(id));
        }

        /// <summary>subjectAltName with one URI.</summary>
        internal static byte[] Uri(string uri)
        {
            return Of(AlternativeNameId, false, Der.Sequence(Der.Item(0x86, Ascii.GetBytes(uri))));
        }
    }
}

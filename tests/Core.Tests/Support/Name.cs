using DeviceFirmware.Bytes;

namespace DeviceFirmware.Tests.Support
{
    /// <summary>X.501 names of any shape.</summary>
    internal static class Name
    {
        internal const byte CommonNameType = 0x03;
        internal const byte SerialNumberType = 0x05;
        internal const byte OrganizationType = 0x0A;

        internal static byte[] Of(params byte[][] rdns)
        {
            return Der.Sequence(rdns);
        }

        /// <summary>One attribute of 2.5.4, as an RDN.</summary>
        internal static byte[] Rdn(byte type, string value)
        {
            return Der.Item(Der.SetTag, Attribute(type, Der.Utf8StringTag, Ascii.GetBytes(value)));
        }

        internal static byte[] Attribute(byte type, int stringTag, byte[] value)
        {
            return Der.Sequence(Der.Item(Der.ObjectIdentifierTag, new byte[] { 0x55, 0x04, type }), Der.Item(stringTag, value));
        }

        internal static byte[] Common(string commonName)
        {
            return Of(Rdn(CommonNameType, commonName));
        }

        internal static byte[] Device(string hardwareId, string deviceId)
        {
            return Of(
                Der.Item(Der.SetTag, Attribute(SerialNumberType, Der.PrintableStringTag, Ascii.GetBytes(hardwareId))),
                Rdn(CommonNameType, deviceId));
        }

        /// <summary>With the tenant as O and the product as OU, where they are not null.</summary>
        internal static byte[] Operational(string hardwareId, string deviceId, string tenant, string product)
        {
            return Of(
                tenant is null ? new byte[0] : Rdn(OrganizationType, tenant),
                product is null ? new byte[0] : Rdn(0x0B, product),
                Der.Item(Der.SetTag, Attribute(SerialNumberType, Der.PrintableStringTag, Ascii.GetBytes(hardwareId))),
                Rdn(CommonNameType, deviceId));
        }
    }
}

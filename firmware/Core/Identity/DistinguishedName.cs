using DeviceFirmware.Bytes;

namespace DeviceFirmware.Identity
{
    /// <summary>The parts of an X.501 name that the project uses: CN, serialNumber, O, OU; one attribute an RDN, each at most once.</summary>
    public sealed class DistinguishedName
    {
        private DistinguishedName()
        {
        }

        /// <summary>Common name; null when there is none.</summary>
        public string CommonName { get; private set; }

        /// <summary>Serial number; null when there is none.</summary>
        public string SerialNumber { get; private set; }

        /// <summary>Organization; null when there is none.</summary>
        public string Organization { get; private set; }

        /// <summary>Organizational unit, of a device its group; null when there is none.</summary>
        public string OrganizationalUnit { get; private set; }

        /// <summary>Encodes a device's name: serialNumber, then CN.</summary>
        internal static byte[] Encode(string serialNumber, string commonName)
        {
            return Der.Sequence(
                Attribute(0x05, Der.Item(Der.PrintableStringTag, Ascii.GetBytes(serialNumber))),
                Attribute(0x03, Der.Item(Der.Utf8StringTag, Ascii.GetBytes(commonName))));
        }

        /// <summary>Reads a Name; the reader fails when it is anything but the above.</summary>
        internal static DistinguishedName Read(DerReader reader)
        {
            var name = new DistinguishedName();
            DerReader rdns = reader.Enter(Der.SequenceTag);
            while (rdns.HasMore)
            {
                DerReader set = rdns.Enter(Der.SetTag);
                DerReader attribute = set.Enter(Der.SequenceTag);
                set.End();
                byte[] type = attribute.Content(Der.ObjectIdentifierTag);
                int tag = attribute.PeekTag();
                byte[] value = tag == Der.Utf8StringTag || tag == Der.PrintableStringTag ? attribute.Content(tag) : null;
                attribute.End();
                string text = value is null ? null : Ascii.GetString(value, 0, value.Length);
                if (rdns.Failed || string.IsNullOrEmpty(text) || !name.Take(type, text))
                {
                    rdns.Fail();
                }
            }

            return name;
        }

        private bool Take(byte[] type, string text)
        {
            // id-at is 2.5.4: 55 04.
            if (type.Length != 3 || type[0] != 0x55 || type[1] != 0x04)
            {
                return false;
            }

            string before;
            switch (type[2])
            {
                case 0x03:
                    before = CommonName;
                    CommonName = text;
                    break;
                case 0x05:
                    before = SerialNumber;
                    SerialNumber = text;
                    break;
                case 0x0A:
                    before = Organization;
                    Organization = text;
                    break;
                case 0x0B:
                    before = OrganizationalUnit;
                    OrganizationalUnit = text;
                    break;
                default:
                    return false;
            }

            return before is null;
        }

        private static byte[] Attribute(byte type, byte[] value)
        {
            byte[] pair = Der.Sequence(Der.Item(Der.ObjectIdentifierTag, new byte[] { 0x55, 0x04, type }), value);
            return Der.Item(Der.SetTag, pair);
        }
    }
}

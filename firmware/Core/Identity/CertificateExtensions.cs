using DeviceFirmware.Bytes;

namespace DeviceFirmware.Identity
{
    /// <summary>The certificate extensions that decide something here (RFC 5280 section 4.2.1). A critical one that is not known fails the certificate.</summary>
    public sealed class CertificateExtensions
    {
        private CertificateExtensions()
        {
            PathLength = -1;
        }

        /// <summary>basicConstraints: cA.</summary>
        public bool IsAuthority { get; private set; }

        /// <summary>basicConstraints: pathLenConstraint, or -1 when there is none.</summary>
        public int PathLength { get; private set; }

        /// <summary>keyUsage: digitalSignature.</summary>
        public bool MaySign { get; private set; }

        /// <summary>keyUsage: keyCertSign.</summary>
        public bool MaySignCertificates { get; private set; }

        /// <summary>extKeyUsage has clientAuth.</summary>
        public bool IsForClients { get; private set; }

        /// <summary>extKeyUsage has serverAuth.</summary>
        public bool IsForServers { get; private set; }

        /// <summary>subjectAltName: the one URI; null when there is none.</summary>
        public string Uri { get; private set; }

        /// <summary>Reads the Extensions of a TBSCertificate; the reader fails on malformed, repeated or unknown critical ones.</summary>
        internal static CertificateExtensions Read(DerReader reader)
        {
            var extensions = new CertificateExtensions();
            int seen = 0;
            DerReader list = reader.Enter(Der.SequenceTag);
            while (list.HasMore)
            {
                DerReader extension = list.Enter(Der.SequenceTag);
                byte[] id = extension.Content(Der.ObjectIdentifierTag);
                bool critical = extension.PeekTag() == Der.BooleanTag && extension.Boolean();
                byte[] value = extension.Content(Der.OctetStringTag);
                extension.End();
                if (list.Failed)
                {
                    break;
                }

                // id-ce is 2.5.29: 55 1D; the ones known here are below 64.
                int number = id.Length == 3 && id[0] == 0x55 && id[1] == 0x1D && id[2] < 64 ? id[2] : -1;
                int bit = number == 14 ? 1 : number == 15 ? 2 : number == 17 ? 4 : number == 19 ? 8 : number == 35 ? 16 : number == 37 ? 32 : 0;
                var content = new DerReader(value, 0, value.Length);
                if ((bit == 0 && critical) || (seen & bit) != 0 || (bit != 0 && !extensions.Take(number, content)))
                {
                    list.Fail();
                }

                seen |= bit;
            }

            return extensions;
        }

        private bool Take(int number, DerReader content)
        {
            switch (number)
            {
                case 15:
                    TakeKeyUsage(content);
                    break;
                case 17:
                    TakeAlternativeName(content);
                    break;
                case 19:
                    TakeBasicConstraints(content);
                    break;
                case 37:
                    TakeExtendedKeyUsage(content);
                    break;
                default:
                    // Key identifiers (14, 35) decide nothing: names and signatures do.
                    return true;
            }

            content.End();
            return !content.Failed;
        }

        private void TakeKeyUsage(DerReader content)
        {
            byte[] bits = content.Content(Der.BitStringTag);
            if (content.Failed || bits.Length < 2)
            {
                content.Fail();
                return;
            }

            MaySign = (bits[1] & 0x80) != 0;
            MaySignCertificates = (bits[1] & 0x04) != 0;
        }

        private void TakeBasicConstraints(DerReader content)
        {
            DerReader sequence = content.Enter(Der.SequenceTag);
            if (sequence.PeekTag() == Der.BooleanTag)
            {
                IsAuthority = sequence.Boolean();
            }

            if (sequence.PeekTag() == Der.IntegerTag)
            {
                byte[] length = sequence.PositiveInteger(1);
                PathLength = length is null ? -1 : length[0];
            }

            sequence.End();
        }

        private void TakeExtendedKeyUsage(DerReader content)
        {
            DerReader sequence = content.Enter(Der.SequenceTag);
            while (sequence.HasMore)
            {
                // id-kp is 1.3.6.1.5.5.7.3: serverAuth .1, clientAuth .2.
                byte[] purpose = sequence.Content(Der.ObjectIdentifierTag);
                if (purpose is null)
                {
                    return;
                }

                bool isKeyPurpose = purpose.Length == 8 && ByteArray.AreEqual(
                    ByteArray.Slice(purpose, 0, 7), new byte[] { 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03 });
                IsForServers = IsForServers || (isKeyPurpose && purpose[7] == 1);
                IsForClients = IsForClients || (isKeyPurpose && purpose[7] == 2);
            }
        }

        private void TakeAlternativeName(DerReader content)
        {
            DerReader names = content.Enter(Der.SequenceTag);
            while (names.HasMore)
            {
                int tag = names.PeekTag();
                byte[] name = names.Content(tag);
                if (name is null)
                {
                    return;
                }

                if (tag != 0x86)
                {
                    continue;
                }

                string uri = Ascii.GetString(name, 0, name.Length);
                if (string.IsNullOrEmpty(uri) || !(Uri is null))
                {
                    names.Fail();
                }

                Uri = uri;
            }
        }
    }
}

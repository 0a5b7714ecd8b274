using System.Collections;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Tests.Support
{
    /// <summary>Makes X.509 certificates of any shape. A test changes the one thing it is about.</summary>
    internal sealed class CertificateBuilder
    {
        private readonly ArrayList _extensions = new ArrayList();

        /// <summary>A certificate for that key, issued by one name to another, without extensions.</summary>
        internal CertificateBuilder(byte[] issuer, byte[] subject, P256PublicKey key)
        {
            Issuer = issuer;
            Subject = subject;
            KeyInfo = key.EncodeSubjectPublicKeyInfo();
            Version = Der.Item(0xA0, Der.Item(Der.IntegerTag, new byte[] { 2 }));
            Serial = new byte[] { 0x11, 0x22 };
            InnerAlgorithm = EcdsaWithSha256();
            OuterAlgorithm = EcdsaWithSha256();
            NotBefore = Utc("260101000000Z");
            NotAfter = Generalized("99991231235959Z");
            AfterExtensions = new byte[0];
            Trailing = new byte[0];
        }

        /// <summary>The whole [0] element.</summary>
        internal byte[] Version { get; set; }

        /// <summary>The serial number's content bytes.</summary>
        internal byte[] Serial { get; set; }

        internal byte[] InnerAlgorithm { get; set; }

        internal byte[] OuterAlgorithm { get; set; }

        internal byte[] Issuer { get; set; }

        internal byte[] Subject { get; set; }

        internal byte[] NotBefore { get; set; }

        internal byte[] NotAfter { get; set; }

        internal byte[] KeyInfo { get; set; }

        /// <summary>Behind the extensions, inside the signed part.</summary>
        internal byte[] AfterExtensions { get; set; }

        /// <summary>Behind the certificate.</summary>
        internal byte[] Trailing { get; set; }

        /// <summary>True: no extensions element at all.</summary>
        internal bool LeavesExtensions { get; set; }

        internal static byte[] EcdsaWithSha256()
        {
            return new byte[] { 0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02 };
        }

        internal static byte[] Utc(string time)
        {
            return Der.Item(Der.UtcTimeTag, Ascii.GetBytes(time));
        }

        internal static byte[] Generalized(string time)
        {
            return Der.Item(Der.GeneralizedTimeTag, Ascii.GetBytes(time));
        }

        /// <summary>Adds an extension.</summary>
        internal CertificateBuilder With(byte[] extension)
        {
            _extensions.Add(extension);
            return this;
        }

        /// <summary>Takes the extension of that id-ce number away.</summary>
        internal CertificateBuilder Without(byte id)
        {
            for (int i = _extensions.Count - 1; i >= 0; i--)
            {
                // SEQUENCE, OBJECT IDENTIFIER 55 1D id: every extension here is shorter than 128 bytes.
                if (((byte[])_extensions[i])[6] == id)
                {
                    _extensions.RemoveAt(i);
                }
            }

            return this;
        }

        /// <summary>Signs; DER.</summary>
        internal byte[] Build(P256PrivateKey signer)
        {
            var extensions = new byte[0];
            for (int i = 0; i < _extensions.Count; i++)
            {
                extensions = ByteArray.Concat(extensions, (byte[])_extensions[i]);
            }

            byte[] signed = Der.Sequence(
                Version,
                Der.Item(Der.IntegerTag, Serial),
                InnerAlgorithm,
                Issuer,
                Der.Sequence(NotBefore, NotAfter),
                Subject,
                KeyInfo,
                LeavesExtensions ? new byte[0] : Der.Item(0xA3, Der.Item(Der.SequenceTag, extensions)),
                AfterExtensions);
            byte[] signature = EcdsaSignatureDer.Encode(Ecdsa.Sign(signer, Sha256.Hash(signed)));
            return ByteArray.Concat(Der.Sequence(signed, OuterAlgorithm, Der.BitString(signature)), Trailing);
        }
    }
}

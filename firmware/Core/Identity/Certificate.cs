using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Identity
{
    /// <summary>
    /// An X.509 v3 certificate (RFC 5280) with a P-256 key, signed with ecdsa-with-SHA256, taken apart. It says what the certificate claims;
    /// whether that may be believed is for <see cref="DeviceCertificate"/> to decide.
    /// </summary>
    public sealed class Certificate
    {
        /// <summary>The largest certificate read, in bytes.</summary>
        public const int MaximumSize = 2048;

        private readonly byte[] _signed;
        private readonly byte[] _signature;

        private Certificate(byte[] der, byte[] signed, byte[] signature)
        {
            Encoded = der;
            _signed = signed;
            _signature = signature;
        }

        /// <summary>The certificate's DER bytes.</summary>
        public byte[] Encoded { get; }

        /// <summary>Issuer, as encoded: names are compared byte for byte.</summary>
        public byte[] IssuerName { get; private set; }

        /// <summary>Subject, as encoded.</summary>
        public byte[] SubjectName { get; private set; }

        /// <summary>Subject, taken apart.</summary>
        public DistinguishedName Subject { get; private set; }

        /// <summary>Start of validity, seconds since 1970.</summary>
        public long NotBefore { get; private set; }

        /// <summary>End of validity, seconds since 1970; <see cref="X509Time.NoEnd"/> for 99991231235959Z.</summary>
        public long NotAfter { get; private set; }

        /// <summary>The key; on the curve.</summary>
        public P256PublicKey PublicKey { get; private set; }

        /// <summary>What the extensions say.</summary>
        public CertificateExtensions Extensions { get; private set; }

        /// <summary>Reads a certificate; null unless it is one of the kind above, in strict DER.</summary>
        public static Certificate Decode(byte[] der)
        {
            if (der is null)
            {
                throw new ArgumentNullException(nameof(der));
            }

            if (der.Length > MaximumSize)
            {
                return null;
            }

            var outer = new DerReader(der, 0, der.Length);
            DerReader whole = outer.Enter(Der.SequenceTag);
            outer.End();
            byte[] signed = whole.Whole(Der.SequenceTag);
            byte[] algorithm = whole.Whole(Der.SequenceTag);
            byte[] signatureDer = whole.BitString();
            whole.End();
            if (outer.Failed || !ByteArray.AreEqual(algorithm, SignatureAlgorithm()))
            {
                return null;
            }

            byte[] signature = EcdsaSignatureDer.Decode(signatureDer, 0, signatureDer.Length);
            if (signature is null)
            {
                return null;
            }

            var certificate = new Certificate(der, signed, signature);
            return certificate.ReadSigned() ? certificate : null;
        }

        /// <summary>True when this certificate names that issuer and carries its signature.</summary>
        public bool IsSignedBy(Certificate issuer)
        {
            if (issuer is null)
            {
                throw new ArgumentNullException(nameof(issuer));
            }

            return ByteArray.AreEqual(IssuerName, issuer.SubjectName) && Ecdsa.Verify(issuer.PublicKey, Sha256.Hash(_signed), _signature);
        }

        /// <summary>AlgorithmIdentifier of ecdsa-with-SHA256, 1.2.840.10045.4.3.2 (RFC 5758 section 3.2).</summary>
        internal static byte[] SignatureAlgorithm()
        {
            return new byte[] { 0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02 };
        }

        private bool ReadSigned()
        {
            var outer = new DerReader(_signed, 0, _signed.Length);
            DerReader tbs = outer.Enter(Der.SequenceTag);
            DerReader versionHolder = tbs.Enter(0xA0);
            byte[] version = versionHolder.Content(Der.IntegerTag);
            versionHolder.End();
            byte[] serial = tbs.PositiveInteger(20);
            byte[] algorithm = tbs.Whole(Der.SequenceTag);
            IssuerName = tbs.Whole(Der.SequenceTag);
            DerReader validity = tbs.Enter(Der.SequenceTag);
            NotBefore = X509Time.Read(validity);
            NotAfter = X509Time.Read(validity);
            validity.End();
            SubjectName = tbs.Whole(Der.SequenceTag);
            byte[] keyInfo = tbs.Whole(Der.SequenceTag);
            DerReader extensionHolder = tbs.Enter(0xA3);
            Extensions = CertificateExtensions.Read(extensionHolder);
            extensionHolder.End();
            tbs.End();
            if (outer.Failed || version.Length != 1 || version[0] != 2 || serial is null
                || !ByteArray.AreEqual(algorithm, SignatureAlgorithm()))
            {
                return false;
            }

            var subject = new DerReader(SubjectName, 0, SubjectName.Length);
            Subject = DistinguishedName.Read(subject);
            PublicKey = P256PublicKey.DecodeSubjectPublicKeyInfo(keyInfo, 0, keyInfo.Length);
            return !subject.Failed && !(PublicKey is null);
        }
    }
}

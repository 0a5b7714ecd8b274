using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Identity
{
    /// <summary>
    /// The door of the decision "is this certificate mine?", and the only maker of its value: an IDevID (IEEE 802.1AR) for this board's own
    /// key and ids, signed by an issuing CA under the embedded factory root.
    /// </summary>
    public sealed class DeviceCertificate
    {
        private DeviceCertificate(string deviceId, Certificate leaf, Certificate issuer)
        {
            DeviceId = deviceId;
            Encoded = leaf.Encoded;
            IssuerEncoded = issuer.Encoded;
            NotBefore = leaf.NotBefore;
            Group = Ascii.IsName(leaf.Subject.OrganizationalUnit) ? leaf.Subject.OrganizationalUnit : "";
        }

        /// <summary>The id this board goes by.</summary>
        public string DeviceId { get; }

        /// <summary>The certificate, DER.</summary>
        public byte[] Encoded { get; }

        /// <summary>The issuing CA's certificate, DER.</summary>
        public byte[] IssuerEncoded { get; }

        /// <summary>When the certificate was made, seconds since 1970: it is later than that now.</summary>
        public long NotBefore { get; }

        /// <summary>The group this board belongs to, for orders to groups: the subject's OU; empty when there is none that is a name.</summary>
        public string Group { get; }

        /// <summary>Decides.</summary>
        /// <param name="leaf">The board's certificate, DER.</param>
        /// <param name="issuer">The issuing CA's certificate, DER.</param>
        /// <param name="ownKey">The board's own public key.</param>
        /// <param name="hardwareId">The board's hardware id.</param>
        /// <param name="deviceId">The id that the station assigned.</param>
        /// <param name="environment">The environment this firmware was built for.</param>
        /// <param name="factoryRoot">The embedded factory root, DER; empty in a build without keys.</param>
        public static CertificateCheck Check(byte[] leaf, byte[] issuer, P256PublicKey ownKey, string hardwareId, string deviceId, string environment, byte[] factoryRoot)
        {
            if (leaf is null || issuer is null || ownKey is null || factoryRoot is null)
            {
                throw new ArgumentNullException(nameof(leaf));
            }

            Certificate root = factoryRoot.Length == 0 ? null : Certificate.Decode(factoryRoot);
            if (root is null)
            {
                return new CertificateCheck(CertificateVerdict.NoRoot, null);
            }

            Certificate own = Certificate.Decode(leaf);
            if (own is null)
            {
                return new CertificateCheck(CertificateVerdict.Malformed, null);
            }

            Certificate authority = Certificate.Decode(issuer);
            if (authority is null)
            {
                return new CertificateCheck(CertificateVerdict.MalformedIssuer, null);
            }

            CertificateVerdict verdict = CheckLeaf(own, ownKey, hardwareId, deviceId, environment);
            if (verdict == CertificateVerdict.Accepted)
            {
                verdict = CheckChain(own, authority, root);
            }

            return new CertificateCheck(verdict, verdict == CertificateVerdict.Accepted ? new DeviceCertificate(deviceId, own, authority) : null);
        }

        private static CertificateVerdict CheckLeaf(Certificate own, P256PublicKey ownKey, string hardwareId, string deviceId, string environment)
        {
            if (!own.PublicKey.IsSameAs(ownKey))
            {
                return CertificateVerdict.OtherKey;
            }

            if (!Ascii.IsName(deviceId) || own.Subject.CommonName != deviceId || own.Subject.SerialNumber != hardwareId)
            {
                return CertificateVerdict.OtherId;
            }

            if (own.Extensions.Uri != "urn:devicefirmware:" + environment + ":" + deviceId)
            {
                return CertificateVerdict.OtherEnvironment;
            }

            if (own.Extensions.IsAuthority || own.Extensions.MaySignCertificates || !own.Extensions.MaySign || !own.Extensions.IsForClients)
            {
                return CertificateVerdict.WrongProfile;
            }

            return own.NotAfter == X509Time.NoEnd ? CertificateVerdict.Accepted : CertificateVerdict.WrongValidity;
        }

        private static CertificateVerdict CheckChain(Certificate own, Certificate authority, Certificate root)
        {
            if (!authority.Extensions.IsAuthority || !authority.Extensions.MaySignCertificates || authority.Extensions.PathLength != 0)
            {
                return CertificateVerdict.IssuerIsNoAuthority;
            }

            if (authority.NotAfter != X509Time.NoEnd || own.NotBefore < authority.NotBefore)
            {
                return CertificateVerdict.WrongValidity;
            }

            if (!authority.IsSignedBy(root))
            {
                return CertificateVerdict.OtherRoot;
            }

            return own.IsSignedBy(authority) ? CertificateVerdict.Accepted : CertificateVerdict.WrongSignature;
        }
    }
}

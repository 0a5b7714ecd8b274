using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Identity
{
    /// <summary>
    /// The door of the decision "is this operational certificate mine?", and the only maker of its value: an LDevID (IEEE 802.1AR) with an end,
    /// for the key that was just made for it and this board's ids, with its tenant, from an operational CA under the fleet root.
    /// </summary>
    public sealed class OperationalCertificate
    {
        /// <summary>Longest life that is taken, in seconds: 90 days. Whoever owns the operational CA for a day gets no more than that out of it.</summary>
        public const long MaximumLife = 90L * 86400;

        /// <summary>Most bytes of the certificate, and of its issuer's.</summary>
        public const int MaximumSize = 704;

        /// <summary>Seconds that the fleet's clock may be ahead of the time that it has signed.</summary>
        private const long Slack = 300;

        private OperationalCertificate(Certificate leaf, Certificate issuer)
        {
            Encoded = leaf.Encoded;
            IssuerEncoded = issuer.Encoded;
            NotBefore = leaf.NotBefore;
            NotAfter = leaf.NotAfter;
            Tenant = leaf.Subject.Organization;
            Product = leaf.Subject.OrganizationalUnit ?? "";
            RenewAt = RenewalTime.Of(NotBefore, NotAfter, Sha256.Hash(Encoded));
        }

        /// <summary>The certificate, DER.</summary>
        public byte[] Encoded { get; }

        /// <summary>The operational CA's certificate, DER.</summary>
        public byte[] IssuerEncoded { get; }

        /// <summary>Its first second, since 1970.</summary>
        public long NotBefore { get; }

        /// <summary>Its last second, since 1970.</summary>
        public long NotAfter { get; }

        /// <summary>Whose the board is: the subject's O.</summary>
        public string Tenant { get; }

        /// <summary>What the board is to its tenant: the subject's OU; empty when it says nothing. No group of orders: that is the IDevID's.</summary>
        public string Product { get; }

        /// <summary>From then on it is to be renewed, seconds since 1970: by <see cref="RenewalTime"/>, before two thirds of its life are over.</summary>
        public long RenewAt { get; }

        /// <summary>Decides.</summary>
        /// <param name="leaf">The certificate, DER.</param>
        /// <param name="issuer">The operational CA's certificate, DER.</param>
        /// <param name="ownKey">The key that was made for it.</param>
        /// <param name="rules">What it is judged by.</param>
        public static OperationalCheck Check(byte[] leaf, byte[] issuer, P256PublicKey ownKey, OperationalRules rules)
        {
            if (leaf is null || issuer is null || ownKey is null || rules is null)
            {
                throw new ArgumentNullException(nameof(leaf));
            }

            Certificate root = rules.FleetRoot.Length == 0 ? null : Certificate.Decode(rules.FleetRoot);
            if (root is null)
            {
                return new OperationalCheck(OperationalVerdict.NoRoot, null);
            }

            Certificate own = leaf.Length > MaximumSize ? null : Certificate.Decode(leaf);
            if (own is null)
            {
                return new OperationalCheck(OperationalVerdict.Malformed, null);
            }

            Certificate authority = issuer.Length > MaximumSize ? null : Certificate.Decode(issuer);
            if (authority is null)
            {
                return new OperationalCheck(OperationalVerdict.MalformedIssuer, null);
            }

            OperationalVerdict verdict = CheckLeaf(own, ownKey, rules);
            if (verdict == OperationalVerdict.Accepted)
            {
                verdict = CheckLife(own, authority, rules);
            }

            if (verdict == OperationalVerdict.Accepted)
            {
                verdict = CheckChain(own, authority, root, rules.OperationalCa);
            }

            return new OperationalCheck(verdict, verdict == OperationalVerdict.Accepted ? new OperationalCertificate(own, authority) : null);
        }

        private static OperationalVerdict CheckLeaf(Certificate own, P256PublicKey ownKey, OperationalRules rules)
        {
            if (!own.PublicKey.IsSameAs(ownKey))
            {
                return OperationalVerdict.OtherKey;
            }

            if (own.Subject.CommonName != rules.DeviceId || own.Subject.SerialNumber != rules.HardwareId)
            {
                return OperationalVerdict.OtherId;
            }

            if (own.Extensions.Uri != "urn:devicefirmware:" + rules.Environment + ":" + rules.DeviceId)
            {
                return OperationalVerdict.OtherEnvironment;
            }

            bool isAuthority = own.Extensions.IsAuthority || own.Extensions.MaySignCertificates;
            bool isClient = own.Extensions.MaySign && own.Extensions.IsForClients && !own.Extensions.IsForServers;
            return !isAuthority && isClient && Ascii.IsName(own.Subject.Organization) ? OperationalVerdict.Accepted : OperationalVerdict.WrongProfile;
        }

        private static OperationalVerdict CheckLife(Certificate own, Certificate authority, OperationalRules rules)
        {
            bool isWithin = own.NotBefore >= authority.NotBefore && own.NotAfter <= authority.NotAfter;
            if (!isWithin || own.NotAfter <= own.NotBefore || own.NotAfter > own.NotBefore + MaximumLife)
            {
                return OperationalVerdict.WrongValidity;
            }

            if (own.NotAfter <= rules.Known)
            {
                return OperationalVerdict.Expired;
            }

            return rules.Now != 0 && own.NotBefore > rules.Now + Slack ? OperationalVerdict.NotYetValid : OperationalVerdict.Accepted;
        }

        private static OperationalVerdict CheckChain(Certificate own, Certificate authority, Certificate root, byte[] operationalCa)
        {
            if (!authority.Extensions.IsAuthority || !authority.Extensions.MaySignCertificates || authority.Extensions.PathLength != 0)
            {
                return OperationalVerdict.IssuerIsNoAuthority;
            }

            if (operationalCa.Length > 0 && !ByteArray.AreEqual(authority.Encoded, operationalCa))
            {
                return OperationalVerdict.OtherIssuer;
            }

            if (!authority.IsSignedBy(root))
            {
                return OperationalVerdict.OtherRoot;
            }

            return own.IsSignedBy(authority) ? OperationalVerdict.Accepted : OperationalVerdict.WrongSignature;
        }
    }
}

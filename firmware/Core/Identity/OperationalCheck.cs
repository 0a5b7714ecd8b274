namespace DeviceFirmware.Identity
{
    /// <summary>The outcome of the door to operational certificates.</summary>
    public sealed class OperationalCheck
    {
        internal OperationalCheck(OperationalVerdict verdict, OperationalCertificate certificate)
        {
            Verdict = verdict;
            Certificate = certificate;
        }

        /// <summary>The verdict.</summary>
        public OperationalVerdict Verdict { get; }

        /// <summary>The certificate; null unless the verdict is <see cref="OperationalVerdict.Accepted"/>.</summary>
        public OperationalCertificate Certificate { get; }

        /// <summary>The verdict's token.</summary>
        public string Token
        {
            get
            {
                switch (Verdict)
                {
                    case OperationalVerdict.Accepted: return "accepted";
                    case OperationalVerdict.NoRoot: return "no-root";
                    case OperationalVerdict.Malformed: return "malformed-certificate";
                    case OperationalVerdict.MalformedIssuer: return "malformed-issuer";
                    case OperationalVerdict.OtherKey: return "other-key";
                    case OperationalVerdict.OtherId: return "other-id";
                    case OperationalVerdict.OtherEnvironment: return "other-environment";
                    case OperationalVerdict.WrongProfile: return "wrong-profile";
                    case OperationalVerdict.WrongValidity: return "wrong-validity";
                    case OperationalVerdict.Expired: return "expired";
                    case OperationalVerdict.NotYetValid: return "not-yet-valid";
                    case OperationalVerdict.IssuerIsNoAuthority: return "issuer-no-authority";
                    case OperationalVerdict.OtherIssuer: return "other-issuer";
                    case OperationalVerdict.OtherRoot: return "other-root";
                    case OperationalVerdict.WrongSignature: return "wrong-signature";
                    default: return "not-evaluated";
                }
            }
        }

        /// <summary>The reason in a person's words.</summary>
        public string Reason
        {
            get
            {
                switch (Verdict)
                {
                    case OperationalVerdict.Accepted: return "accepted";
                    case OperationalVerdict.NoRoot: return "there is no fleet root to judge it by";
                    case OperationalVerdict.Malformed: return "not an X.509 v3 certificate with a P-256 key signed by ECDSA with SHA-256";
                    case OperationalVerdict.MalformedIssuer: return "the operational CA's certificate is not X.509 v3 with a P-256 key signed by ECDSA with SHA-256";
                    case OperationalVerdict.OtherKey: return "the certificate is for another key than the one that was made for it";
                    case OperationalVerdict.OtherId: return "the certificate names another device or another hardware id";
                    case OperationalVerdict.OtherEnvironment: return "the certificate is for another environment";
                    case OperationalVerdict.WrongProfile: return "not a client's end-entity certificate with a tenant: digitalSignature and clientAuth alone, no CA";
                    case OperationalVerdict.WrongValidity: return "it lives longer than 90 days, or outside the life of its issuer";
                    case OperationalVerdict.Expired: return "the certificate has ended";
                    case OperationalVerdict.NotYetValid: return "the certificate has not begun";
                    case OperationalVerdict.IssuerIsNoAuthority: return "the issuer is no CA with path length 0";
                    case OperationalVerdict.OtherIssuer: return "the issuer is not the operational CA of the trust set";
                    case OperationalVerdict.OtherRoot: return "the issuer does not come from the fleet root";
                    case OperationalVerdict.WrongSignature: return "the certificate is not signed by the issuer that came with it";
                    default: return "nothing was decided";
                }
            }
        }
    }
}

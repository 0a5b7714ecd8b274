namespace DeviceFirmware.Identity
{
    /// <summary>The outcome of the certificate door.</summary>
    public sealed class CertificateCheck
    {
        internal CertificateCheck(CertificateVerdict verdict, DeviceCertificate certificate)
        {
            Verdict = verdict;
            Certificate = certificate;
        }

        /// <summary>The verdict.</summary>
        public CertificateVerdict Verdict { get; }

        /// <summary>The certificate; null unless the verdict is <see cref="CertificateVerdict.Accepted"/>.</summary>
        public DeviceCertificate Certificate { get; }

        /// <summary>The verdict's token on the wire.</summary>
        public string Token
        {
            get
            {
                switch (Verdict)
                {
                    case CertificateVerdict.Accepted: return "accepted";
                    case CertificateVerdict.NoRoot: return "no-root";
                    case CertificateVerdict.Malformed: return "malformed-certificate";
                    case CertificateVerdict.MalformedIssuer: return "malformed-issuer";
                    case CertificateVerdict.OtherKey: return "other-key";
                    case CertificateVerdict.OtherId: return "other-id";
                    case CertificateVerdict.OtherEnvironment: return "other-environment";
                    case CertificateVerdict.WrongProfile: return "wrong-profile";
                    case CertificateVerdict.WrongValidity: return "wrong-validity";
                    case CertificateVerdict.IssuerIsNoAuthority: return "issuer-no-authority";
                    case CertificateVerdict.WrongSignature: return "wrong-signature";
                    case CertificateVerdict.OtherRoot: return "other-root";
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
                    case CertificateVerdict.Accepted: return "accepted";
                    case CertificateVerdict.NoRoot: return "this firmware was built without a factory root and takes no certificate";
                    case CertificateVerdict.Malformed: return "not an X.509 v3 certificate with a P-256 key signed by ECDSA with SHA-256";
                    case CertificateVerdict.MalformedIssuer: return "the issuing certificate is not X.509 v3 with a P-256 key signed by ECDSA with SHA-256";
                    case CertificateVerdict.OtherKey: return "the certificate is for another key than this board's";
                    case CertificateVerdict.OtherId: return "the certificate names another device or another hardware id";
                    case CertificateVerdict.OtherEnvironment: return "the certificate is for another environment";
                    case CertificateVerdict.WrongProfile: return "not a client's end-entity certificate: digitalSignature and clientAuth, no CA";
                    case CertificateVerdict.WrongValidity: return "an IDevID and its issuer have no end date, and it is not older than its issuer";
                    case CertificateVerdict.IssuerIsNoAuthority: return "the issuer is no CA with path length 0";
                    case CertificateVerdict.WrongSignature: return "the certificate is not signed by the issuer that came with it";
                    case CertificateVerdict.OtherRoot: return "the issuer does not come from the factory root embedded in this firmware";
                    default: return "nothing was decided";
                }
            }
        }
    }
}

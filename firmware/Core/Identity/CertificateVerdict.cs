namespace DeviceFirmware.Identity
{
    /// <summary>Why a certificate is this board's, or why not.</summary>
    public enum CertificateVerdict
    {
        /// <summary>Nothing was decided.</summary>
        NotEvaluated = 0,

        /// <summary>It is this board's certificate.</summary>
        Accepted,

        /// <summary>This firmware was built without a factory root.</summary>
        NoRoot,

        /// <summary>Not a certificate of the project's kind: strict DER, X.509 v3, P-256, ECDSA with SHA-256.</summary>
        Malformed,

        /// <summary>The issuing certificate is not of the project's kind.</summary>
        MalformedIssuer,

        /// <summary>It certifies another key.</summary>
        OtherKey,

        /// <summary>It names another device or hardware id.</summary>
        OtherId,

        /// <summary>It is for another environment.</summary>
        OtherEnvironment,

        /// <summary>It is a CA's, lacks digitalSignature or clientAuth.</summary>
        WrongProfile,

        /// <summary>An IDevID never ends (IEEE 802.1AR-2018 section 8.7); this one or its issuer does, or it is older than its issuer.</summary>
        WrongValidity,

        /// <summary>The issuer may not issue.</summary>
        IssuerIsNoAuthority,

        /// <summary>Not signed by that issuer.</summary>
        WrongSignature,

        /// <summary>The issuer does not come from the embedded factory root.</summary>
        OtherRoot,
    }
}

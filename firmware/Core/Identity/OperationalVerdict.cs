namespace DeviceFirmware.Identity
{
    /// <summary>Why a certificate is this board's operational one, or why not.</summary>
    public enum OperationalVerdict
    {
        /// <summary>Nothing was decided.</summary>
        NotEvaluated = 0,

        /// <summary>It is this board's operational certificate.</summary>
        Accepted,

        /// <summary>There is no fleet root.</summary>
        NoRoot,

        /// <summary>Not a certificate of the project's kind: strict DER, X.509 v3, P-256, ECDSA with SHA-256.</summary>
        Malformed,

        /// <summary>The issuing certificate is not of the project's kind.</summary>
        MalformedIssuer,

        /// <summary>It certifies another key than the one that was made for it.</summary>
        OtherKey,

        /// <summary>It names another device or hardware id.</summary>
        OtherId,

        /// <summary>It is for another environment.</summary>
        OtherEnvironment,

        /// <summary>It is a CA's or a server's, lacks digitalSignature or clientAuth, or names no tenant.</summary>
        WrongProfile,

        /// <summary>It ends before it begins, lives longer than <see cref="OperationalCertificate.MaximumLife"/>, or is not within its issuer's life.</summary>
        WrongValidity,

        /// <summary>It has ended.</summary>
        Expired,

        /// <summary>It has not begun.</summary>
        NotYetValid,

        /// <summary>The issuer may not issue.</summary>
        IssuerIsNoAuthority,

        /// <summary>The issuer is not the operational CA that the trust set names.</summary>
        OtherIssuer,

        /// <summary>The issuer does not come from the fleet root.</summary>
        OtherRoot,

        /// <summary>Not signed by that issuer.</summary>
        WrongSignature,
    }
}

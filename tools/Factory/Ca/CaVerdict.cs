namespace DeviceFirmware.Factory;

/// <summary>Why a CA may sign boards at this station, or why not. Everything but <see cref="Accepted"/> refuses, the zero value included.</summary>
public enum CaVerdict
{
    /// <summary>Nothing was decided.</summary>
    NotEvaluated = 0,

    /// <summary>Boards can judge what this CA signs.</summary>
    Accepted,

    /// <summary>Not one X.509 certificate in PEM.</summary>
    Unreadable,

    /// <summary>X.509 v1 or v2: no extensions, so neither authority nor usage is in it.</summary>
    Version,

    /// <summary>A key that is not on P-256.</summary>
    KeyNotP256,

    /// <summary>Signed with something else than ecdsa-with-SHA256.</summary>
    SignatureAlgorithm,

    /// <summary>A name, an extension, a size or a form that the board's reader does not take.</summary>
    Malformed,

    /// <summary>No CA with keyCertSign.</summary>
    NoAuthority,

    /// <summary>The path length does not fit: 0 for the issuing CA, at least 1 or none for the root.</summary>
    PathLength,

    /// <summary>It has an end date.</summary>
    Ends,

    /// <summary>Its extended key usage leaves out TLS clients: nobody would take the boards below it.</summary>
    KeyPurpose,

    /// <summary>The root is not signed by itself.</summary>
    NoRoot,

    /// <summary>The issuing CA is not signed by that root.</summary>
    OtherRoot,

    /// <summary>Another environment than the root's, or than the one asked for.</summary>
    OtherEnvironment,

    /// <summary>Not valid yet by the station's clock, or older than its root.</summary>
    NotYetValid,

    /// <summary>The certificate is for another key than the station's.</summary>
    OtherKey,
}

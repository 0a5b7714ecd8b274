namespace DeviceFirmware.Factory;

/// <summary>Why a certification request may be signed, or why not. Everything but <see cref="Accepted"/> refuses, the zero value included.</summary>
public enum CsrVerdict
{
    /// <summary>Nothing was decided.</summary>
    NotEvaluated = 0,

    /// <summary>The request may be signed.</summary>
    Accepted,

    /// <summary>An alarm stopped the line.</summary>
    LineStopped,

    /// <summary>The signature's r was seen under another key or over another message.</summary>
    RepeatedNonce,

    /// <summary>The private half of the key is publicly known.</summary>
    WeakKey,

    /// <summary>The assigned id is not of the form <c>[a-z0-9-]{1,32}</c>.</summary>
    BadId,

    /// <summary>Not PKCS#10 in strict PEM and DER, signed with ecdsa-with-SHA256.</summary>
    Malformed,

    /// <summary>The request asks for attributes or extensions.</summary>
    AsksForAttributes,

    /// <summary>The key is not an uncompressed point on P-256.</summary>
    KeyNotP256,

    /// <summary>The request is not signed by the key in it.</summary>
    NoProofOfPossession,

    /// <summary>The subject's common name is not the assigned id.</summary>
    OtherId,

    /// <summary>The subject's serial number is not the hardware id, or the record has another one for this board.</summary>
    OtherHardwareId,

    /// <summary>The key is not the one the board named when it was greeted.</summary>
    OtherKey,

    /// <summary>The id belongs to another key.</summary>
    IdTaken,

    /// <summary>The record goes on from a backup and has not set this id aside.</summary>
    IdNotSetAside,

    /// <summary>The key belongs to another id.</summary>
    KeySeen,
}

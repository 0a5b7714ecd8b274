namespace DeviceFirmware.Fleet;

/// <summary>Why an operational certificate may be issued for a request, or why not.</summary>
public enum IssuableVerdict
{
    /// <summary>Nothing was decided: refuses.</summary>
    NotEvaluated = 0,

    /// <summary>It may.</summary>
    Accepted,

    /// <summary>The registry has no such device.</summary>
    UnknownDevice,

    /// <summary>The device is nobody's yet, or not at work.</summary>
    State,

    /// <summary>It had too many of late.</summary>
    TooMany,

    /// <summary>Not a PKCS#10 request of the project's form.</summary>
    Malformed,

    /// <summary>It names another device or hardware than the connection's.</summary>
    OtherId,

    /// <summary>Some device has or had the key: it is not fresh.</summary>
    KeyKnown,

    /// <summary>The request is not signed by its key.</summary>
    NoPossession,
}

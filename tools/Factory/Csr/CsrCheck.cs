namespace DeviceFirmware.Factory;

/// <summary>The outcome of the CSR door.</summary>
public sealed class CsrCheck
{
    internal CsrCheck(CsrVerdict verdict, string reason, AcceptedCsr? csr)
    {
        Verdict = verdict;
        Reason = reason;
        Csr = verdict == CsrVerdict.Accepted ? csr : null;
    }

    /// <summary>The verdict.</summary>
    public CsrVerdict Verdict { get; }

    /// <summary>The reason in a person's words.</summary>
    public string Reason { get; }

    /// <summary>The accepted request; null unless the verdict is <see cref="CsrVerdict.Accepted"/>.</summary>
    public AcceptedCsr? Csr { get; }

    /// <summary>The verdict's stable name.</summary>
    public string Token => Verdict switch
    {
        CsrVerdict.Accepted => "accepted",
        CsrVerdict.BadId => "bad-id",
        CsrVerdict.Malformed => "malformed-csr",
        CsrVerdict.AsksForAttributes => "asks-for-attributes",
        CsrVerdict.KeyNotP256 => "key-not-p256",
        CsrVerdict.NoProofOfPossession => "no-proof-of-possession",
        CsrVerdict.OtherId => "other-id",
        CsrVerdict.OtherHardwareId => "other-hardware-id",
        CsrVerdict.OtherKey => "other-key",
        CsrVerdict.IdTaken => "id-taken",
        CsrVerdict.KeySeen => "key-seen",
        _ => "not-evaluated",
    };
}

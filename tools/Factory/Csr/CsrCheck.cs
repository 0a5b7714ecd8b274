namespace DeviceFirmware.Factory;

/// <summary>The outcome of the CSR door.</summary>
public sealed class CsrCheck
{
    internal CsrCheck(CsrVerdict verdict, string reason, AcceptedCsr? csr, ProvenRequest? proven = null)
    {
        Proven = proven;
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

    /// <summary>The request's signature, when it proved possession of its key, accepted or not: it goes into the record.</summary>
    public ProvenRequest? Proven { get; }

    /// <summary>True when the line has to stop: not this board alone is bad.</summary>
    public bool IsAlarm => Verdict == CsrVerdict.RepeatedNonce;

    /// <summary>The verdict's stable name.</summary>
    public string Token => Verdict switch
    {
        CsrVerdict.Accepted => "accepted",
        CsrVerdict.LineStopped => "line-stopped",
        CsrVerdict.RepeatedNonce => "repeated-nonce",
        CsrVerdict.WeakKey => "weak-key",
        CsrVerdict.BadId => "bad-id",
        CsrVerdict.Malformed => "malformed-csr",
        CsrVerdict.AsksForAttributes => "asks-for-attributes",
        CsrVerdict.KeyNotP256 => "key-not-p256",
        CsrVerdict.NoProofOfPossession => "no-proof-of-possession",
        CsrVerdict.OtherId => "other-id",
        CsrVerdict.OtherHardwareId => "other-hardware-id",
        CsrVerdict.OtherKey => "other-key",
        CsrVerdict.IdTaken => "id-taken",
        CsrVerdict.IdNotSetAside => "id-not-set-aside",
        CsrVerdict.KeySeen => "key-seen",
        _ => "not-evaluated",
    };

    /// <summary>The same outcome with the signature beside it.</summary>
    internal CsrCheck With(ProvenRequest proven) => new(Verdict, Reason, Csr, proven);
}

using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;

namespace DeviceFirmware.Fleet;

/// <summary>What a head of the audit comes to that a device gives back.</summary>
public enum HeadVerdict
{
    /// <summary>Nobody has looked.</summary>
    NotEvaluated = 0,

    /// <summary>No head of anybody's.</summary>
    Malformed,

    /// <summary>Of a key with which this database never signed: another fleet's, or one that began anew.</summary>
    OtherKey,

    /// <summary>That key has not signed this.</summary>
    BadSignature,

    /// <summary>Of another chain than the audit.</summary>
    OtherChain,

    /// <summary>The audit has that entry, and it says the same.</summary>
    Kept,

    /// <summary>This database had an entry once that it has no more: it is an older one.</summary>
    Missing,
}

/// <summary>
/// The one judge of heads that devices give back. Whoever brings it: only a head that one of the database's own keys signed says anything, and
/// then nobody lies.
/// </summary>
public sealed class ReturnedHead
{
    private ReturnedHead(HeadVerdict verdict, ChainHead? head)
    {
        Verdict = verdict;
        Head = head;
    }

    /// <summary>What it comes to.</summary>
    public HeadVerdict Verdict { get; }

    /// <summary>The head; null unless a key of the database signed it for the audit.</summary>
    public ChainHead? Head { get; }

    /// <summary>Judges the bytes.</summary>
    /// <param name="message">As they came.</param>
    /// <param name="signers">The keys that sign, or signed, this database's audit.</param>
    /// <param name="has">Whether the audit has an entry at that place that says the same.</param>
    public static ReturnedHead Check(byte[] message, IEnumerable<P256PublicKey> signers, Func<ChainPosition, bool> has)
    {
        if (message.Length > ChainHead.MaximumSize || CoseSign1.Decode(message, ChainHead.MaximumSize) is not { } signed)
        {
            return new ReturnedHead(HeadVerdict.Malformed, null);
        }

        if (signers.FirstOrDefault(key => key.KeyHash().AsSpan().SequenceEqual(signed.KeyHash)) is not { } signer)
        {
            return new ReturnedHead(HeadVerdict.OtherKey, null);
        }

        if (ChainHead.Read(message, signer) is not { } head)
        {
            return new ReturnedHead(HeadVerdict.BadSignature, null);
        }

        if (head.Chain != AuditKey.Chain)
        {
            return new ReturnedHead(HeadVerdict.OtherChain, null);
        }

        return new ReturnedHead(has(head.Position) ? HeadVerdict.Kept : HeadVerdict.Missing, head);
    }
}

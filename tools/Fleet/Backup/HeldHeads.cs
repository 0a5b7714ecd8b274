using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Every device holds the newest signed head of the audit for the fleet and gives it back. One that names an entry which is not here proves that the
/// database is an older one, whatever is missing: told as often as it proves more than before, with numbers, and never held against the device
/// that brought it. Signing is for all devices together: once a second at most.
/// </summary>
public sealed class HeldHeads
{
    private static readonly TimeSpan _signEvery = TimeSpan.FromSeconds(1);

    private readonly AuditTrail _trail;
    private readonly Losses _losses;
    private readonly AuditKey _key;
    private readonly TimeProvider _time;
    private readonly DecisionLog _log;
    private readonly IReadOnlyList<P256PublicKey> _signers;
    private readonly Lock _signing = new();
    private ChainPosition? _signed;
    private byte[] _head = [];
    private long _lookedAt;

    /// <summary>Gives and takes heads of the audit of a database.</summary>
    public HeldHeads(DatabaseSource source, DeviceRegistry registry, AuditKey key, TimeProvider time, DecisionLog log)
    {
        _trail = registry.Trail;
        _losses = registry.Losses;
        _key = key;
        _time = time;
        _log = log;
        _signers = AuditSigner.Include(source, key.PublicKey, time.GetUtcNow().UtcDateTime);
    }

    /// <summary>The head for a device, at most a second old: the same bytes until the audit goes on.</summary>
    public byte[] Give()
    {
        lock (_signing)
        {
            if (_signed is not null && _time.GetElapsedTime(_lookedAt) < _signEvery)
            {
                return _head;
            }

            ChainPosition end = _trail.End();
            _lookedAt = _time.GetTimestamp();
            if (!end.IsSameAs(_signed))
            {
                _head = _key.Sign(end, _time.GetUtcNow().UtcDateTime);
                _signed = end;
            }

            return _head;
        }
    }

    /// <summary>A device gives back what it held; empty for nothing.</summary>
    public HeadVerdict TakeBack(string deviceId, byte[] message)
    {
        if (message.Length == 0)
        {
            return HeadVerdict.NotEvaluated;
        }

        ReturnedHead returned = ReturnedHead.Check(message, _signers, _trail.Has);
        if (returned.Verdict == HeadVerdict.Missing)
        {
            _losses.Tell(deviceId, message, returned.Head!);
        }
        else if (returned.Verdict != HeadVerdict.Kept)
        {
            _log.Write("head-refused", ("device", deviceId), ("token", Word(returned.Verdict)));
        }

        return returned.Verdict;
    }

    private static string Word(HeadVerdict verdict)
    {
        return verdict switch
        {
            HeadVerdict.OtherKey => "other-key",
            HeadVerdict.BadSignature => "head-signature",
            HeadVerdict.OtherChain => "other-chain",
            _ => "malformed",
        };
    }
}

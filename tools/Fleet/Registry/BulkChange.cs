namespace DeviceFirmware.Fleet;

/// <summary>What is done to many devices at once.</summary>
public enum BulkKind
{
    /// <summary>Kept away until released.</summary>
    Quarantine,

    /// <summary>Worth nothing any more, for good.</summary>
    Revoke,

    /// <summary>Back to where they were before their quarantine.</summary>
    Release,
}

/// <summary>One change of many devices.</summary>
public sealed record BulkChange
{
    /// <summary>Which devices. Something must be named: never all by accident.</summary>
    public required DeviceFilter Filter { get; init; }

    /// <summary>What is done.</summary>
    public required BulkKind Kind { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>Release: only those that the operation of this name has quarantined; empty for all.</summary>
    public string Operation { get; init; } = "";

    /// <summary>The digest of the preview that was agreed to; empty for a preview.</summary>
    public string Confirm { get; init; } = "";

    /// <summary>Done for real, in the database, and rolled back.</summary>
    public bool Rehearse { get; init; }
}

/// <summary>Where a change of many devices takes effect besides the database.</summary>
/// <param name="IsConnected">True for a device that holds a connection: those are changed first.</param>
/// <param name="Changed">These have just been changed. Must not wait: the others are still to come.</param>
public sealed record BulkReach(Func<string, bool> IsConnected, Action<IReadOnlyList<string>> Changed)
{
    /// <summary>Nowhere.</summary>
    public static BulkReach None { get; } = new(_ => false, _ => { });
}

/// <summary>What a change would do, or has done.</summary>
/// <param name="Matched">Devices that the filter names.</param>
/// <param name="Changing">Those of them that may be changed.</param>
/// <param name="Refused">The others, by why.</param>
/// <param name="Digest">Of exactly this change of exactly these devices in their states: what is confirmed.</param>
/// <param name="Operation">Its name: a later release can be of what it quarantined alone.</param>
/// <param name="Sample">The first ten that change.</param>
/// <param name="Connected">Those that change and hold a connection.</param>
public sealed record BulkResult(
    int Matched, int Changing, IReadOnlyDictionary<string, int> Refused, string Digest, string Operation, IReadOnlyList<string> Sample, int Connected)
{
    /// <summary>True when it was done.</summary>
    public bool Done { get; init; }

    /// <summary>Those that became something else while it was written, and were left as they were.</summary>
    public int Left { get; init; }

    /// <summary>What it took.</summary>
    public double Milliseconds { get; init; }
}

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

/// <summary>What a change would do, or has done.</summary>
/// <param name="Matched">Devices that the filter names.</param>
/// <param name="Changing">Those of them that may be changed.</param>
/// <param name="Refused">The others, by why.</param>
/// <param name="Digest">Of exactly this change of exactly these devices in their states: what is confirmed.</param>
/// <param name="Operation">Its name: a later release can be of what it quarantined alone.</param>
/// <param name="Done">True when it was done.</param>
/// <param name="Sample">The first ten that change.</param>
/// <param name="Milliseconds">What it took.</param>
public sealed record BulkResult(
    int Matched, int Changing, IReadOnlyDictionary<string, int> Refused, string Digest, string Operation, bool Done, IReadOnlyList<string> Sample, double Milliseconds)
{
    /// <summary>Every device that changes.</summary>
    internal IReadOnlyList<string> Ids { get; init; } = [];
}

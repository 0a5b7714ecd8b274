namespace DeviceFirmware.Signer;

/// <summary>One signature that was made.</summary>
public sealed record ReleaseEntry
{
    /// <summary>From 1.</summary>
    public required int Number { get; init; }

    /// <summary>When, by this machine's clock, UTC.</summary>
    public required string Time { get; init; }

    /// <summary>The board type.</summary>
    public required string BoardType { get; init; }

    /// <summary>The version, with its build number.</summary>
    public required string Version { get; init; }

    /// <summary>The security counter.</summary>
    public required uint Counter { get; init; }

    /// <summary>SHA-256 over header, payload and protected TLVs, lower-case hex: what was signed.</summary>
    public required string Digest { get; init; }

    /// <summary>Key hash of the signer, lower-case hex.</summary>
    public required string Key { get; init; }

    /// <summary>Why a rule was broken; null where none was.</summary>
    public required string? Override { get; init; }
}

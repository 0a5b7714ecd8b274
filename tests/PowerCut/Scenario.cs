using DeviceFirmware.Memory;
using DeviceFirmware.Storage;

namespace DeviceFirmware.PowerCut;

/// <summary>What an image does on the board.</summary>
internal enum Behaviour
{
    /// <summary>Runs, and says that it is well.</summary>
    Healthy,

    /// <summary>Throws.</summary>
    Crashes,

    /// <summary>Stays in a call.</summary>
    Hangs,

    /// <summary>Stops the whole board while it is loaded; the power is cycled.</summary>
    KillsTheBoard,

    /// <summary>Runs, and says that it is not well.</summary>
    Unwell,

    /// <summary>Runs well, but its first three starts meet no network.</summary>
    MeetsNoNetwork,
}

/// <summary>What the fleet says to a ledger that is handed over.</summary>
internal enum LedgerAnswer
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>How far it has it.</summary>
    Kept,

    /// <summary>At each question that it has nothing: it was put back to an older day.</summary>
    Behind,

    /// <summary>That it has another story.</summary>
    Fork,
}

/// <summary>A part of a board's life: what its flash holds, what the world around it does, and how it has to end.</summary>
/// <param name="Name">A name.</param>
/// <param name="Start">The flash at power-on.</param>
/// <param name="Goal">The version that has to run in the end, confirmed; empty: the board waits for its station.</param>
/// <param name="GoalCounter">The security counter stored in the end.</param>
internal sealed record Scenario(string Name, Func<MemoryFiles> Start, string Goal, uint GoalCounter)
{
    /// <summary>What the fleet offers; the next one when the board has refused one for good.</summary>
    internal byte[][] Offers { get; init; } = [];

    /// <summary>What the station at the serial line brings; null: there is no station.</summary>
    internal byte[]? StationImage { get; init; }

    /// <summary>Where each cut costs much computing: cuts in a write at every that many bytes, not at each.</summary>
    internal int Stride { get; init; } = 1;

    /// <summary>False: its recoveries are cut again by <c>--deep</c> only, since another scenario has the same or they are many.</summary>
    internal bool IsCutAgain { get; init; } = true;

    /// <summary>Orders that the fleet carries at every connection, as a broker may.</summary>
    internal byte[][] Orders { get; init; } = [];

    /// <summary>The orders come behind the answer to each heartbeat, so that what a trial confirms is confirmed before they come again.</summary>
    internal bool OrdersComeLate { get; init; }

    /// <summary>What the board may say to the last order in the end; null: anything, or nothing.</summary>
    internal string[]? LastAnswers { get; init; }

    /// <summary>The fleet gives operational certificates.</summary>
    internal bool Enrols { get; init; }

    /// <summary>The record of which either copy alone has to be settled in the end: nothing of what went before is left in it.</summary>
    internal string? Erased { get; init; }

    /// <summary>Settings of the application that the fleet carries at every connection.</summary>
    internal byte[][] Settings { get; init; } = [];

    /// <summary>The network that the owner sets at the setup page, once the button was pressed; null: nobody presses it.</summary>
    internal string? OwnersNetwork { get; init; }

    /// <summary>A network that lets nobody in.</summary>
    internal string? RefusedNetwork { get; init; }

    /// <summary>The old broker goes as soon as another trust set is staged; only the new one is there then.</summary>
    internal bool OldBrokerGoes { get; init; }

    /// <summary>What else has to be so in the end; without it the running version is enough.</summary>
    internal Func<RecordStore, bool>? Settled { get; init; }

    /// <summary>What the fleet says to the board's ledger.</summary>
    internal LedgerAnswer Ledger { get; init; }

    /// <summary>A claim that the fleet asks about, and that the owner presses the button for; null: none.</summary>
    internal byte[]? Claim { get; init; }

    /// <summary>It ends as a new board, and until then as the old one or on its way.</summary>
    internal bool IsWiped { get; init; }

    /// <summary>The end is more than that a version runs.</summary>
    internal bool HasItsOwnEnd => Settled is not null || Claim is not null || Ledger != LedgerAnswer.None || IsWiped;

    /// <summary>By version; healthy where nothing is said.</summary>
    internal Dictionary<string, Behaviour> Behaviours { get; init; } = [];
}

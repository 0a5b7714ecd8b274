using System.Diagnostics;
using System.Text;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.PowerCut.Flash;
using DeviceFirmware.PowerCut.Outside;
using DeviceFirmware.Ports;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;

namespace DeviceFirmware.PowerCut;

/// <summary>How fine the cuts are.</summary>
/// <param name="Inside">In each write of a scenario, a cut at every that many bytes, times the scenario's stride.</param>
/// <param name="Again">In the recovery from a cut, a second cut at every that many bytes of each write, times the scenario's stride; 0: no second cuts.</param>
/// <param name="From">The first cuts whose recovery is cut again: in each write every that many bytes, and all that are before or behind a write.</param>
internal sealed record Depth(int Inside, int Again, int From)
{
    /// <summary>Recoveries are cut again in every scenario.</summary>
    internal bool IsWhole { get; init; }

    /// <summary>In the tests.</summary>
    internal static Depth Short { get; } = new(1, 64, 1 << 20);

    /// <summary>By <c>--coarse</c>: at the ends of each write, once.</summary>
    internal static Depth Coarse { get; } = new(1 << 20, 0, 1);

    /// <summary>By <c>--deep</c>.</summary>
    internal static Depth Deep { get; } = new(1, 4, 64) { IsWhole = true };
}

/// <summary>What one scenario came to.</summary>
internal sealed record Tally(string Scenario, int Operations, int Bytes, long Cuts, long SecondCuts, long PowerOns, double Seconds, string[] Faults);

/// <summary>
/// Runs a scenario once to count its operations, then cuts the power in each of them, in every mode and at every byte that the depth asks for;
/// powers the board on again, looks whether it has kept what it had, and lets it go on to the scenario's goal; and cuts that, too.
/// </summary>
internal sealed class Exhaustion(Scenario scenario, Depth depth)
{
    private const int EnoughFaults = 20;

    private static readonly string[] _records =
        [.. new[] { "seal", "identity-key", "key", "identity", "setup", "network", "slots", "counter", "operational" }.SelectMany(name => (string[])[name + ".0", name + ".1"])];

    private readonly List<string> _faults = [];
    private long _cuts;
    private long _secondCuts;
    private long _powerOns;

    /// <summary>The cuts are counted and not tried, but for the recoveries that are to be cut again.</summary>
    internal bool OnlyCounts { get; init; }

    /// <summary>Between the firmware and the flash; for tests of this test.</summary>
    internal Func<IFiles, IFiles> Adapter { get; init; } = files => files;

    internal Tally Run()
    {
        Stopwatch watch = Stopwatch.StartNew();
        MemoryFiles start = scenario.Start();
        IReadOnlyList<Operation> operations = Record(start.Copy(), Facts.None.After(start), isWhole: true);
        Facts[] facts = Accumulate(Facts.None.After(start), operations);
        IEnumerable<(Cut Cut, Facts Facts)> cuts = operations.SelectMany((operation, i) => operation.Cuts(depth.Inside * scenario.Stride).Select(cut => (cut, facts[i])));
        Parallel.ForEach(cuts, (pair, loop) =>
        {
            Try(pair.Cut, null, pair.Facts);
            Interlocked.Increment(ref _cuts);
            if (Again(pair.Cut))
            {
                CutAgain(pair.Cut, pair.Facts);
            }

            if (_faults.Count >= EnoughFaults)
            {
                loop.Stop();
            }
        });
        return new Tally(scenario.Name, operations.Count, operations.Sum(operation => operation.Data.Length), _cuts, _secondCuts, _powerOns, watch.Elapsed.TotalSeconds, [.. _faults]);
    }

    private bool Again(Cut cut)
    {
        bool isInside = cut.Mode != CutMode.TornWithStaleBlocks && cut.Bytes > 0 && cut.Bytes % depth.From == 0;
        return depth.Again > 0 && (scenario.IsCutAgain || depth.IsWhole) && !IsLike(cut) && (cut.Mode == CutMode.Lost || cut.Bytes == cut.Operation.Data.Length || isInside);
    }

    /// <summary>Cut twice, a write of the ledger shows nothing that a write of another record does not: its absence is enough.</summary>
    private static bool IsLike(Cut cut) => cut.Operation.IsOfTheLedger && cut.Mode != CutMode.Lost;

    private void CutAgain(Cut first, Facts before)
    {
        MemoryFiles flash = first.Flash();
        IReadOnlyList<Operation> operations;
        try
        {
            operations = Record(flash.Copy(), before, isWhole: false);
        }
        catch (FaultException)
        {
            return; // has been found already, without a second cut
        }

        Facts[] facts = Accumulate(before, operations);
        for (int i = 0; i < operations.Count; i++)
        {
            foreach (Cut second in operations[i].Cuts(depth.Again * scenario.Stride).Where(second => !IsLike(second)))
            {
                Try(first, second, facts[i]);
                Interlocked.Increment(ref _secondCuts);
            }
        }
    }

    /// <summary>Power back after the last cut: everything that was is still there, and it goes on to the goal.</summary>
    private void Try(Cut first, Cut? second, Facts facts)
    {
        if (OnlyCounts)
        {
            return;
        }

        MemoryFiles flash = (second ?? first).Flash();
        Bench bench = new(scenario, facts) { IsWhole = second is null && first.Mode == CutMode.Lost };
        try
        {
            Hold(facts, flash);
            bench.Live(Adapter(flash));
            End(flash, facts, bench.Kept);
        }
        catch (FaultException fault)
        {
            lock (_faults)
            {
                _faults.Add($"{scenario.Name}: {first}{(second is null ? "" : "; again: " + second)}: {fault.Message}");
            }
        }

        Interlocked.Add(ref _powerOns, bench.PowerOns);
    }

    private IReadOnlyList<Operation> Record(MemoryFiles flash, Facts facts, bool isWhole)
    {
        RecordedFiles recorded = new(flash);
        Bench bench = new(scenario, facts) { IsWhole = isWhole };
        recorded.Held = () => bench.Held;
        bench.Live(Adapter(recorded));
        End(flash, facts, bench.Kept);
        Interlocked.Add(ref _powerOns, bench.PowerOns);
        return recorded.Operations;
    }

    /// <summary>Before each operation: what the board has come to by then.</summary>
    private static Facts[] Accumulate(Facts first, IReadOnlyList<Operation> operations)
    {
        Facts[] facts = new Facts[operations.Count];
        for (int i = 0; i < facts.Length; i++)
        {
            facts[i] = first = first.After(operations[i].Before) with { Held = operations[i].Held ?? first.Held };
        }

        return facts;
    }

    private void Hold(Facts facts, MemoryFiles flash)
    {
        if (scenario.IsWiped && (NewBoard.Is(flash) || Wipe.HasBegun(new RecordStore(flash))))
        {
            facts.HoldWiped(flash);
        }
        else
        {
            facts.Hold(flash);
        }
    }

    private void End(MemoryFiles flash, Facts facts, Kept? kept)
    {
        Hold(facts, flash);
        RecordStore store = new(flash);
        if (scenario.IsWiped)
        {
            Facts.Demand(NewBoard.Is(flash), "ends with something left");
            return;
        }

        SlotTable table = SlotTable.Load(store);
        string version = table.Active == SlotTable.None ? "" : table[table.Active].Version.ToString();
        Facts.Demand(version == scenario.Goal, "ends with version " + version);
        uint counter = new SecurityCounter(store, 0).Value;
        Facts.Demand(counter == scenario.GoalCounter, "ends with counter " + counter);
        Facts.Demand(scenario.Goal.Length == 0 || store.Read("identity") is not null, "ends without an identity");
        Facts.Demand(Facts.KeyOf(store) is { } key && !Holds(flash, key), "ends without a key, or with one in the clear");
        Facts.Demand(scenario.Settled is null || scenario.Settled(store), "ends unsettled");
        Facts.Demand(scenario.Erased is null || (IsSettledBy(flash, 0) && IsSettledBy(flash, 1)), "a copy of what has to be gone is left");
        Facts.Demand(scenario.Goal.Length == 0 || scenario.Name == "a network from before the seal" || !Holds(flash, Encoding.ASCII.GetBytes(Remembered.WifiPassword)), "a network password is in the flash, in the clear");
        if (kept is not null)
        {
            Facts.Demand(Facts.PasswordOf(store) is { } password && password.AsSpan().SequenceEqual(kept.Password), "the board's setup password is not the one on its label");
            Facts.Demand(!Holds(flash, kept.Claim) && !Holds(flash, kept.Password), "a secret of the label is in the flash, in the clear");
        }
    }

    /// <summary>Each copy alone is what a board finds whose other copy is lost.</summary>
    private bool IsSettledBy(MemoryFiles flash, int copy)
    {
        MemoryFiles one = flash.Copy();
        one.Put($"{scenario.Erased}.{1 - copy}", null);
        return scenario.Settled!(new RecordStore(one));
    }

    private static bool Holds(MemoryFiles flash, byte[] secret) => _records.Any(name => flash.Peek(name) is { } file && file.AsSpan().IndexOf(secret) >= 0);
}

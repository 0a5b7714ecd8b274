namespace DeviceFirmware.Tests.Cost;

/// <summary>What one method did itself, without what it called.</summary>
internal sealed record MethodCost(string Method, long Entries, long Instructions, long Allocations, long Bytes);

/// <summary>What an operation executed.</summary>
/// <param name="Instructions">IL instructions.</param>
/// <param name="Calls">Calls, constructors too.</param>
/// <param name="Allocations">Objects, boxes, arrays and strings made.</param>
/// <param name="Bytes">Heap that these take in all: the peak if nothing is collected meanwhile.</param>
/// <param name="Largest">The largest array or string among them: the least that the heap must have in one piece.</param>
/// <param name="Methods">The same by method; sums are exact.</param>
internal sealed record Measurement(long Instructions, long Calls, long Allocations, long Bytes, long Largest, IReadOnlyList<MethodCost> Methods)
{
    /// <summary>Runs it and counts.</summary>
    internal static Measurement Of(Action operation)
    {
        Counters.Clear();
        operation();
        List<BasicBlock> blocks = WovenCore.Blocks;
        int methods = WovenCore.Methods.Count;
        long calls = 0;
        long[] entries = new long[methods];
        long[] instructions = new long[methods];
        long[] allocations = [.. Counters.Made];
        long[] bytes = [.. Counters.MadeBytes];
        for (int i = 0; i < blocks.Count; i++)
        {
            BasicBlock block = blocks[i];
            long count = Counters.Blocks[i];
            entries[block.Method] += block.IsEntry ? count : 0;
            instructions[block.Method] += count * block.Instructions;
            calls += count * block.Calls;
            allocations[block.Method] += count * block.Objects;
            bytes[block.Method] += count * block.ObjectBytes;
        }

        MethodCost[] costs =
        [
            .. Enumerable.Range(0, methods)
                .GroupBy(i => WovenCore.Methods[i])
                .Select(group => new MethodCost(group.Key, group.Sum(i => entries[i]), group.Sum(i => instructions[i]), group.Sum(i => allocations[i]), group.Sum(i => bytes[i])))
                .Where(cost => cost.Instructions != 0)
                .OrderByDescending(cost => cost.Instructions)
                .ThenBy(cost => cost.Method, StringComparer.Ordinal),
        ];
        return new Measurement(instructions.Sum(), calls, allocations.Sum(), bytes.Sum(), Counters.Largest, costs);
    }

    /// <summary>What this did more than that.</summary>
    internal Measurement Minus(Measurement less)
    {
        Dictionary<string, MethodCost> subtracted = less.Methods.ToDictionary(cost => cost.Method);
        MethodCost[] costs =
        [
            .. Methods
                .Select(cost => subtracted.TryGetValue(cost.Method, out MethodCost? s)
                    ? new MethodCost(cost.Method, cost.Entries - s.Entries, cost.Instructions - s.Instructions, cost.Allocations - s.Allocations, cost.Bytes - s.Bytes)
                    : cost)
                .Where(cost => cost.Instructions != 0),
        ];
        return new Measurement(Instructions - less.Instructions, Calls - less.Calls, Allocations - less.Allocations, Bytes - less.Bytes, Largest, costs);
    }
}

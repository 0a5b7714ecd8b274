using DeviceFirmware.Ledger;
using DeviceFirmware.Memory;

namespace DeviceFirmware.PowerCut.Flash;

/// <summary>One call that changes the flash, with the flash as it was before.</summary>
/// <param name="IsCreate">True: makes or empties the file, then writes. False: overwrites or extends.</param>
/// <param name="Name">The file.</param>
/// <param name="Position">Where the bytes go.</param>
/// <param name="Data">The bytes.</param>
/// <param name="Before">The flash before.</param>
internal sealed record Operation(bool IsCreate, string Name, int Position, byte[] Data, MemoryFiles Before)
{
    /// <summary>Removes the file: littlefs does that in one commit, so it is there or not.</summary>
    internal bool IsDelete { get; init; }

    /// <summary>How far the fleet had the ledger then.</summary>
    internal ChainPosition? Held { get; init; }

    /// <summary>True for the ledger's record, which each start writes.</summary>
    internal bool IsOfTheLedger => Name.StartsWith("ledger.", StringComparison.Ordinal);

    /// <summary>A write of the ledger is like every other of the record store, and comes with each start: every 16th of the bytes is enough.</summary>
    private int Coarseness => IsOfTheLedger ? 16 : 1;

    /// <summary>
    /// The ways in which a loss of power can leave this operation: not begun; after every number of its bytes that <paramref name="stride"/>
    /// hits, and the first and last two; each of these with noise where the missing bytes should be; for a file made anew, also with what the
    /// blocks held before.
    /// </summary>
    internal IEnumerable<Cut> Cuts(int stride)
    {
        yield return new Cut(this, CutMode.Lost, 0);
        int stale = IsCreate ? Before.Peek(Name)?.Length ?? 0 : 0;
        for (int bytes = 0; bytes <= Data.Length; bytes++)
        {
            if (bytes % (stride * Coarseness) != 0 && bytes > 1 && bytes < Data.Length - 1)
            {
                continue;
            }

            yield return new Cut(this, CutMode.Torn, bytes);
            if (bytes < Data.Length)
            {
                yield return new Cut(this, CutMode.TornWithNoise, bytes);
            }

            if (bytes < stale)
            {
                yield return new Cut(this, CutMode.TornWithStaleBlocks, bytes);
            }
        }
    }
}

/// <summary>What is left of an operation in which the power failed.</summary>
internal enum CutMode
{
    /// <summary>Nothing: the file is as before.</summary>
    Lost,

    /// <summary>The first bytes.</summary>
    Torn,

    /// <summary>The first bytes, and noise to the full length.</summary>
    TornWithNoise,

    /// <summary>The first bytes, then what the file held before.</summary>
    TornWithStaleBlocks,
}

/// <summary>A cut in an operation.</summary>
internal sealed record Cut(Operation Operation, CutMode Mode, int Bytes)
{
    /// <summary>The flash that the next power-on finds.</summary>
    internal MemoryFiles Flash()
    {
        MemoryFiles flash = Operation.Before.Copy();
        if (Mode == CutMode.Lost)
        {
            return flash;
        }

        if (Operation.IsDelete)
        {
            flash.Put(Operation.Name, null);
            return flash;
        }

        byte[] old = flash.Peek(Operation.Name) ?? [];
        byte[] written = Operation.Data[..Bytes];
        byte[] rest = Mode switch
        {
            CutMode.TornWithNoise => Noise(Operation.Data.Length - Bytes),
            CutMode.TornWithStaleBlocks => old[Bytes..],
            _ => [],
        };
        byte[] put = [.. written, .. rest];
        if (!Operation.IsCreate)
        {
            int end = Operation.Position + put.Length;
            put = [.. old[..Operation.Position], .. put, .. end < old.Length ? old[end..] : []];
        }

        flash.Put(Operation.Name, put);
        return flash;
    }

    public override string ToString()
    {
        return $"{(Operation.IsDelete ? "delete" : Operation.IsCreate ? "create" : "write")} {Operation.Name} at {Operation.Position}, {Bytes} of {Operation.Data.Length} bytes, {Mode}";
    }

    /// <summary>The same for the same cut, so that a fault can be found again.</summary>
    private byte[] Noise(int count)
    {
        byte[] noise = new byte[count];
        new Random((Bytes * 31) + Operation.Position).NextBytes(noise);
        return noise;
    }
}

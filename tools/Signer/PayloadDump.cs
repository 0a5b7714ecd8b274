using System.Buffers.Binary;
using DeviceFirmware.Image;

namespace DeviceFirmware.Signer;

/// <summary>One assembly of a payload.</summary>
/// <param name="Offset">From the payload's start.</param>
/// <param name="Length">In bytes.</param>
/// <param name="Version">The assembly's own version; null for .NET.</param>
/// <param name="Heap">Bytes of a board's heap; null for .NET, which no board runs.</param>
public sealed record DumpedAssembly(int Offset, int Length, string? Version, int? Heap);

/// <summary>The assemblies of a payload, as far as they can be read, for people.</summary>
public sealed class PayloadDump
{
    private const int VersionOffset = 28;

    private PayloadDump()
    {
    }

    /// <summary>In the order in which a board loads them.</summary>
    public List<DumpedAssembly> Assemblies { get; } = [];

    /// <summary>Bytes of a board's heap that all of them hold together once they are loaded; null where no board runs the payload or it could not be read.</summary>
    public int? Heap => Problem is null && Assemblies.All(assembly => assembly.Heap is not null) ? Assemblies.Sum(assembly => assembly.Heap) : null;

    /// <summary>What stopped the reading, or null.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reads a payload of that kind.</summary>
    public static PayloadDump Read(int kind, ReadOnlySpan<byte> payload)
    {
        PayloadDump dump = new();
        int position = 0;
        while (position < payload.Length && dump.Problem is null)
        {
            int length = kind switch
            {
                (int)PayloadKind.NanoAssemblies => dump.ReadNano(payload, position),
                (int)PayloadKind.DotNetAssemblies => dump.ReadDotNet(payload, position),
                _ => dump.Stop("not a payload kind that is known"),
            };
            position += (length + 3) & ~3;
        }

        return dump;
    }

    private int ReadNano(ReadOnlySpan<byte> payload, int position)
    {
        byte[] rest = payload[position..].ToArray();
        if (NanoAssembly.HeaderProblem(rest, rest.Length) is string problem)
        {
            return Stop($"assembly {Assemblies.Count}: {problem}");
        }

        int length = NanoAssembly.Length(rest);
        byte[] assembly = rest[..length];
        if (!NanoAssembly.IsBodyWhole(assembly))
        {
            return Stop($"assembly {Assemblies.Count}: assembly CRC");
        }

        if (NanoHeap.Of(assembly) is not int heap)
        {
            return Stop($"assembly {Assemblies.Count}: a table whose rows do not fit");
        }

        string version = string.Join('.', Enumerable.Range(0, 4).Select(i => BinaryPrimitives.ReadUInt16LittleEndian(assembly.AsSpan(VersionOffset + 2 * i))));
        Assemblies.Add(new DumpedAssembly(position, length, version, heap));
        return length;
    }

    private int ReadDotNet(ReadOnlySpan<byte> payload, int position)
    {
        ReadOnlySpan<byte> rest = payload[position..];
        int length = rest.Length < 4 ? 0 : BinaryPrimitives.ReadInt32LittleEndian(rest);
        if (length < 1 || length > rest.Length - 4)
        {
            return Stop($"assembly {Assemblies.Count}: a length that the payload does not have");
        }

        Assemblies.Add(new DumpedAssembly(position + 4, length, null, null));
        return 4 + length;
    }

    private int Stop(string problem)
    {
        Problem = problem;
        return 0;
    }
}

using System.Buffers.Binary;
using DeviceFirmware.Image;

namespace DeviceFirmware.Signer;

/// <summary>
/// Bytes of a board's heap that an NFMRK1 assembly holds once it is loaded, by the structures of nf-interpreter on a 32-bit target: the array
/// it was read into, which the interpreter executes in, and the CLR's record of it with one entry for each row of its tables and 12 bytes for
/// each static field. What its code allocates when it runs comes on top. Computed, not measured on a board.
/// </summary>
public static class NanoHeap
{
    // A heap block is 12 bytes, an array's head 20, CLR_RT_Assembly 140 with its node.
    private const int Block = 12;
    private const int ArrayHead = 20;
    private const int AssemblyRecord = 140;
    private const int TablesOffset = 40;
    private const int PaddingOffset = 108;
    private const int TypeDefTable = 4;
    private const int TypeDefStaticFields = 20;

    // Bytes of a row in the file, and of its entry in the CLR's record: AssemblyRef, TypeRef, FieldRef, MethodRef, TypeDef, FieldDef, MethodDef
    // (there 1 more for the debugger, which stock firmware has).
    private static readonly (int Row, int Entry)[] _tables = [(12, 4), (8, 4), (8, 4), (8, 4), (24, 8), (8, 2), (16, 3)];

    /// <summary>The sum for an assembly whose header has no problem; null when a table is not rows and padding.</summary>
    public static int? Of(ReadOnlySpan<byte> assembly)
    {
        int record = AssemblyRecord;
        for (int table = 0; table < _tables.Length; table++)
        {
            int bytes = Start(assembly, table + 1) - Start(assembly, table) - assembly[PaddingOffset + table];
            if (bytes % _tables[table].Row != 0)
            {
                return null;
            }

            record += RoundUp(Rows(assembly, table) * _tables[table].Entry, 4);
        }

        int types = Start(assembly, TypeDefTable);
        for (int type = 0; type < Rows(assembly, TypeDefTable); type++)
        {
            record += Block * assembly[types + type * _tables[TypeDefTable].Row + TypeDefStaticFields];
        }

        return RoundUp(ArrayHead + assembly.Length, Block) + RoundUp(record, Block);
    }

    private static int Rows(ReadOnlySpan<byte> assembly, int table) =>
        (Start(assembly, table + 1) - Start(assembly, table) - assembly[PaddingOffset + table]) / _tables[table].Row;

    private static int Start(ReadOnlySpan<byte> assembly, int table) => BinaryPrimitives.ReadInt32LittleEndian(assembly[(TablesOffset + 4 * table)..]);

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}

using System.Numerics;
using DeviceFirmware.HostTests.Crypto;

namespace DeviceFirmware.HostTests.Generator;

/// <summary>What <see cref="DeviceFirmware.Crypto.P256KeyTable"/> describes, from the definition.</summary>
internal static class KeyTable
{
    internal static long[] Words(ReferenceP256.Point point)
    {
        List<ulong> words = [];
        for (int table = 0; table < BaseTable.Rows.Length; table++)
        {
            for (int index = 0; index < BaseTable.Entries; index++)
            {
                words.AddRange(BaseTable.Words(ReferenceP256.Multiply(BaseTable.Multiple(table, index), point)!));
            }
        }

        ulong sum = 0xCBF29CE484222325;
        foreach (ulong part in point.Encode().Select(b => (ulong)b).Concat(words))
        {
            sum = (sum ^ part) * 0x100000001B3;
        }

        return [.. words.Append(sum).Select(word => (long)word)];
    }
}

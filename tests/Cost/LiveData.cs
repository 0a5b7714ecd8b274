using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using DeviceFirmware.Image;

namespace DeviceFirmware.Tests.Cost;

/// <summary>
/// What firmware objects hold, in bytes of the 32-bit nanoCLR: everything that can be reached from some objects by their fields, each once.
/// Ports in memory stand for hardware and are not entered; nor is a loaded image, which is bounded by the slot.
/// </summary>
internal static class LiveData
{
    private const int ArrayHead = 20;
    private const int Block = Counters.HeapBlock;

    /// <summary>Bytes reachable from these.</summary>
    internal static long Of(params object[] roots) => ByType(roots).Values.Sum();

    /// <summary>The same by type, for whoever wants to know what grew.</summary>
    internal static Dictionary<string, long> ByType(params object[] roots)
    {
        Dictionary<string, long> bytes = [];
        HashSet<object> seen = new(ReferenceEqualityComparer.Instance);
        Stack<object> open = new(roots);
        while (open.TryPop(out object? item))
        {
            if (item is VerifiedImage || !seen.Add(item) || Weigh(item) is not long size)
            {
                continue;
            }

            long rounded = (size + Block - 1) / Block * Block;
            bytes[item.GetType().Name] = bytes.GetValueOrDefault(item.GetType().Name) + rounded;
            foreach (object held in Held(item))
            {
                open.Push(held);
            }
        }

        return bytes;
    }

    /// <summary>Null for what is not the firmware's.</summary>
    private static long? Weigh(object item)
    {
        return item switch
        {
            string text => Block + Encoding.UTF8.GetByteCount(text) + 1,
            Array array => ArrayHead + (array.Length * (long)ElementSize(array.GetType().GetElementType()!)),
            ArrayList list => (3 * Block) + ArrayHead + (list.Capacity * (long)Block),
            StringBuilder builder => (4 * Block) + builder.Capacity,
            _ => IsFirmware(item.GetType()) ? Block + (Fields(item.GetType()).Count() * (long)Block) : null,
        };
    }

    private static IEnumerable<object> Held(object item)
    {
        IEnumerable<object?> held = item switch
        {
            string or StringBuilder => [],
            Array array => array.GetType().GetElementType()!.IsValueType ? [] : array.Cast<object?>(),
            ArrayList list => list.Cast<object?>(),
            _ => Fields(item.GetType()).Where(field => !field.FieldType.IsValueType).Select(field => field.GetValue(item)),
        };
        return held.OfType<object>();
    }

    private static IEnumerable<FieldInfo> Fields(Type type)
    {
        for (Type? t = type; t is not null && t != typeof(object); t = t.BaseType)
        {
            foreach (FieldInfo field in t.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                yield return field;
            }
        }
    }

    private static bool IsFirmware(Type type)
    {
        return type.Namespace is string space && space.StartsWith("DeviceFirmware.", StringComparison.Ordinal) && space != "DeviceFirmware.Memory" && !space.StartsWith("DeviceFirmware.Tests", StringComparison.Ordinal);
    }

    private static int ElementSize(Type element)
    {
        return element == typeof(byte) || element == typeof(bool) || element == typeof(sbyte) ? 1
            : element == typeof(char) || element == typeof(short) || element == typeof(ushort) ? 2
            : element == typeof(int) || element == typeof(uint) ? 4
            : element == typeof(long) || element == typeof(ulong) ? 8
            : Block;
    }
}

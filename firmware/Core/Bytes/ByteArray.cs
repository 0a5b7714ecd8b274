using System;

namespace DeviceFirmware.Bytes
{
    /// <summary>What System.Buffer and LINQ would do elsewhere.</summary>
    public static class ByteArray
    {
        /// <summary>A copy of a part.</summary>
        public static byte[] Slice(byte[] data, int offset, int count)
        {
            var part = new byte[count];
            Array.Copy(data, offset, part, 0, count);
            return part;
        }

        /// <summary>All parts behind one another.</summary>
        public static byte[] Concat(params byte[][] parts)
        {
            int length = 0;
            for (int i = 0; i < parts.Length; i++)
            {
                length += parts[i].Length;
            }

            var all = new byte[length];
            int position = 0;
            for (int i = 0; i < parts.Length; i++)
            {
                Array.Copy(parts[i], 0, all, position, parts[i].Length);
                position += parts[i].Length;
            }

            return all;
        }

        /// <summary>True when both are there and equal. Not for secrets: the time tells where they differ.</summary>
        public static bool AreEqual(byte[] a, byte[] b)
        {
            if (a is null || b is null || a.Length != b.Length)
            {
                return false;
            }

            for (int i = 0; i < a.Length; i++)
            {
                if (a[i] != b[i])
                {
                    return false;
                }
            }

            return true;
        }
    }
}

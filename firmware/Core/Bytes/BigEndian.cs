namespace DeviceFirmware.Bytes
{
    /// <summary>Integers in network byte order, by hand: the platform's BitConverter follows the processor.</summary>
    public static class BigEndian
    {
        /// <summary>Writes two bytes at <paramref name="offset"/>.</summary>
        public static void PutUInt16(byte[] buffer, int offset, int value)
        {
            buffer[offset] = (byte)(value >> 8);
            buffer[offset + 1] = (byte)value;
        }

        /// <summary>Writes four bytes at <paramref name="offset"/>.</summary>
        public static void PutUInt32(byte[] buffer, int offset, uint value)
        {
            buffer[offset] = (byte)(value >> 24);
            buffer[offset + 1] = (byte)(value >> 16);
            buffer[offset + 2] = (byte)(value >> 8);
            buffer[offset + 3] = (byte)value;
        }

        /// <summary>Reads two bytes: 0 to 65535.</summary>
        public static int GetUInt16(byte[] buffer, int offset)
        {
            int value = buffer[offset];
            value = (value << 8) | buffer[offset + 1];
            return value;
        }

        /// <summary>Reads four bytes.</summary>
        public static uint GetUInt32(byte[] buffer, int offset)
        {
            uint value = buffer[offset];
            value = (value << 8) | buffer[offset + 1];
            value = (value << 8) | buffer[offset + 2];
            value = (value << 8) | buffer[offset + 3];
            return value;
        }
    }
}

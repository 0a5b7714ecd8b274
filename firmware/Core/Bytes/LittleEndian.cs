namespace DeviceFirmware.Bytes
{
    /// <summary>Integers with the low byte first, as MCUboot images and nanoFramework assemblies have them.</summary>
    public static class LittleEndian
    {
        /// <summary>Reads two bytes: 0 to 65535.</summary>
        public static int GetUInt16(byte[] buffer, int offset)
        {
            int value = buffer[offset + 1];
            value = (value << 8) | buffer[offset];
            return value;
        }

        /// <summary>Reads four bytes.</summary>
        public static uint GetUInt32(byte[] buffer, int offset)
        {
            uint value = buffer[offset + 3];
            value = (value << 8) | buffer[offset + 2];
            value = (value << 8) | buffer[offset + 1];
            value = (value << 8) | buffer[offset];
            return value;
        }

        /// <summary>Reads four bytes as a size: 0 to <paramref name="maximum"/>, or -1 when the value is above that.</summary>
        public static int GetSize(byte[] buffer, int offset, int maximum)
        {
            if (buffer[offset + 3] > 0x7F)
            {
                return -1;
            }

            int value = buffer[offset + 3];
            value = (value << 8) | buffer[offset + 2];
            value = (value << 8) | buffer[offset + 1];
            value = (value << 8) | buffer[offset];
            return value > maximum ? -1 : value;
        }
    }
}

namespace DeviceFirmware.Bytes
{
    /// <summary>CRC-32 of IEEE 802.3 (reflected, polynomial 0xEDB88320): finds line noise, keeps nobody out.</summary>
    public static class Crc32
    {
        /// <summary>The checksum of a part of a buffer.</summary>
        public static uint Compute(byte[] data, int offset, int count)
        {
            // Half a byte a step: 16 entries on the heap instead of 256.
            var table = new uint[]
            {
                0x00000000, 0x1DB71064, 0x3B6E20C8, 0x26D930AC, 0x76DC4190, 0x6B6B51F4, 0x4DB26158, 0x5005713C,
                0xEDB88320, 0xF00F9344, 0xD6D6A3E8, 0xCB61B38C, 0x9B64C2B0, 0x86D3D2D4, 0xA00AE278, 0xBDBDF21C,
            };
            uint crc = 0xFFFFFFFF;
            for (int i = 0; i < count; i++)
            {
                uint b = data[offset + i];
                crc = (crc >> 4) ^ table[(int)((crc ^ b) & 15)];
                crc = (crc >> 4) ^ table[(int)((crc ^ (b >> 4)) & 15)];
            }

            return ~crc;
        }
    }
}

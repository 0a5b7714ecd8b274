using nanoFramework.Runtime.Native;

namespace DeviceFirmware.Esp32
{
    /// <summary>What differs from board to board: the provisioning UART with its pins, and the board type.</summary>
    public static class BoardSettings
    {
        /// <summary>
        /// The provisioning UART. COM1 (UART0) belongs to the wire protocol on a plain ESP32, which refuses to open it.
        /// </summary>
        public const string SerialPortName = "COM2";

        /// <summary>GPIO of the board's transmit line. Not 17, the usual one: modules with PSRAM use GPIO 16 and 17 for it.</summary>
        public const int TransmitPin = 33;

        /// <summary>GPIO of the board's receive line.</summary>
        public const int ReceivePin = 32;

        /// <summary>
        /// The largest image, in bytes: two of them, the records and the CLR's own files fit the 256 KB littlefs of a 4 MB board, and one fits
        /// the heap beside a TLS connection where there is PSRAM.
        /// </summary>
        public const int SlotSize = 96 * 1024;

        /// <summary>Platform name of the .NET virtual board; every other platform runs NFMRK1 assemblies.</summary>
        private const string DotNetPlatform = "DOTNET";

        private const int MaximumBoardTypeLength = 32;

        /// <summary>
        /// The board type: the CLR's target name in the alphabet of board types, e.g. <c>ESP32_PSRAM_REV3</c> is <c>esp32-psram-rev3</c>.
        /// At most 32 characters of <c>a-z 0-9 -</c>.
        /// </summary>
        public static string BoardType()
        {
            string target = SystemInfo.TargetName;
            int length = target.Length < MaximumBoardTypeLength ? target.Length : MaximumBoardTypeLength;
            char[] result = new char[length];
            for (int i = 0; i < length; i++)
            {
                char c = target[i];
                if (c >= 'A' && c <= 'Z')
                {
                    c = (char)(c + ('a' - 'A'));
                }

                bool allowed = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
                result[i] = allowed ? c : '-';
            }

            return new string(result);
        }

        /// <summary>The payload kind of images for this board: 1 = NFMRK1 <c>.pe</c> set, 2 = .NET assemblies.</summary>
        public static byte PayloadKind()
        {
            return (byte)(SystemInfo.Platform == DotNetPlatform ? 2 : 1);
        }
    }
}

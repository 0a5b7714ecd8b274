using nanoFramework.Runtime.Native;

namespace DeviceFirmware.Esp32
{
    /// <summary>What images the board takes, from what the CLR says of itself. What it is wired like is in <see cref="BoardTarget"/>.</summary>
    public static class BoardSettings
    {
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

        /// <summary>The deployment's target is the CLR's: pins and slot size are this board's.</summary>
        public static bool IsBuiltForThisBoard()
        {
            return SystemInfo.TargetName == BoardTarget.Name;
        }

        /// <summary>The payload kind of images for this board: 1 = NFMRK1 <c>.pe</c> set, 2 = .NET assemblies.</summary>
        public static byte PayloadKind()
        {
            return (byte)(SystemInfo.Platform == DotNetPlatform ? 2 : 1);
        }
    }
}

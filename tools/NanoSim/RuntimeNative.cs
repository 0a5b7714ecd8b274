// Shadows of packages nanoFramework.Runtime.Native and nanoFramework.Hardware.Esp32.
using DeviceFirmware.NanoSim.Host;

namespace System
{
    /// <summary>The tick counter.</summary>
    public static class Environment
    {
        /// <summary>Milliseconds since power-on.</summary>
        public static long TickCount64 => SimClock.Uptime;
    }
}

namespace nanoFramework.Runtime.Native
{
    /// <summary>How to start again.</summary>
    public enum RebootOption
    {
        /// <summary>A reset.</summary>
        NormalReboot = 0,

        /// <summary>Into the booter.</summary>
        EnterNanoBooter = 1,

        /// <summary>The CLR only.</summary>
        ClrOnly = 2,

        /// <summary>Into another booter.</summary>
        EnterProprietaryBooter = 8,
    }

    /// <summary>The collector.</summary>
    public static class GC
    {
        private const uint Heap = 3840 * 1024;

        /// <summary>Collects; returns the free bytes of the heap.</summary>
        public static uint Run(bool compactHeap) => Free(Heap);

        internal static uint Free(uint size)
        {
            long used = global::System.GC.GetTotalMemory(false);
            return used < size ? size - (uint)used : 0;
        }
    }

    /// <summary>The reset line.</summary>
    public class Power
    {
        /// <summary>Starts the board again.</summary>
        public static void RebootDevice(RebootOption rebootOption = RebootOption.NormalReboot) => SimPower.Reboot();
    }

    /// <summary>The RTC.</summary>
    public static class Rtc
    {
        /// <summary>Sets the clock.</summary>
        public static bool SetSystemTime(System.DateTime time)
        {
            SimClock.Set(time.Ticks);
            return true;
        }
    }

    /// <summary>What the CLR says about itself.</summary>
    public static class SystemInfo
    {
        /// <summary>The platform.</summary>
        public static string Platform => SimBoard.Platform;

        /// <summary>The target.</summary>
        public static string TargetName => SimBoard.TargetName;
    }
}

namespace nanoFramework.Hardware.Esp32
{
    /// <summary>The pins.</summary>
    public class Configuration
    {
        /// <summary>Gives a pin its function.</summary>
        public static void SetPinFunction(int pin, DeviceFunction value)
        {
        }
    }

    /// <summary>The chip's memory, as far as this machine's heap stands for it.</summary>
    public class NativeMemory
    {
        private const uint Size = 4 * 1024 * 1024;

        /// <summary>Bytes in all, free, and in the largest free block.</summary>
        public static void GetMemoryInfo(MemoryType memType, ref uint totalSize, ref uint totalFreeSize, ref uint largestFreeBlock)
        {
            totalSize = Size;
            totalFreeSize = nanoFramework.Runtime.Native.GC.Free(Size);
            largestFreeBlock = totalFreeSize;
        }

        /// <summary>Which memory.</summary>
        public enum MemoryType
        {
            /// <summary>Everything.</summary>
            All = 0,

            /// <summary>On the chip.</summary>
            Internal = 1,

            /// <summary>PSRAM.</summary>
            SpiRam = 2,
        }
    }

    /// <summary>Functions of a pin.</summary>
    public enum DeviceFunction
    {
        /// <summary>Transmit of the second UART.</summary>
        COM2_TX = 197120,

        /// <summary>Receive of the second UART.</summary>
        COM2_RX = 197121,

        /// <summary>Transmit of the third UART.</summary>
        COM3_TX = 197376,

        /// <summary>Receive of the third UART.</summary>
        COM3_RX = 197377,
    }
}

// Package nanoFramework.Hardware.Esp32.

namespace System.Device.Gpio
{
    public struct GpioPulseCount
    {
        public long Count;
    }

    public sealed class GpioPulseCounter : IDisposable
    {
        public GpioPulsePolarity Polarity { get => throw null; set => throw null; }
        public ushort FilterPulses { get => throw null; set => throw null; }
        public GpioPulseCounter(int pinNumberA, int pinNumberB = -1) => throw null;
        public GpioPulseCount Read() => throw null;
        public void Dispose() => throw null;
        public void Start() => throw null;
    }

    public enum GpioPulsePolarity
    {
        Both = 0,
        Falling = 1,
        Rising = 2,
    }
}

namespace nanoFramework.Hardware.Esp32
{
    public class Configuration
    {
        public static void SetPinFunction(int pin, DeviceFunction value) => throw null;
    }

    public class NativeMemory
    {
        public static void GetMemoryInfo(MemoryType memType, ref uint totalSize, ref uint totalFreeSize, ref uint largestFreeBlock) => throw null;

        public enum MemoryType
        {
            All = 0,
            Internal = 1,
            SpiRam = 2,
        }
    }

    public enum DeviceFunction
    {
        COM2_TX = 197120,
        COM2_RX = 197121,
        COM3_TX = 197376,
        COM3_RX = 197377,
    }
}

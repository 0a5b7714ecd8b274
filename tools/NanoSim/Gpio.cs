// Shadows of package nanoFramework.Hardware.Esp32: the pulse counter, on the simulated button.
using DeviceFirmware.NanoSim.Host;

namespace System.Device.Gpio
{
    /// <summary>Which edges count.</summary>
    public enum GpioPulsePolarity
    {
        /// <summary>Both.</summary>
        Both = 0,

        /// <summary>High to low.</summary>
        Falling = 1,

        /// <summary>Low to high.</summary>
        Rising = 2,
    }

    /// <summary>A count and its time.</summary>
    public struct GpioPulseCount
    {
        /// <summary>Pulses.</summary>
        public long Count;
    }

    /// <summary>Counts edges of a pin; here presses of the one button, once started.</summary>
    public sealed class GpioPulseCounter : IDisposable
    {
        private bool _isStarted;

        /// <summary>A counter of that pin.</summary>
        public GpioPulseCounter(int pinNumberA, int pinNumberB = -1)
        {
        }

        /// <summary>Which edges count.</summary>
        public GpioPulsePolarity Polarity { get; set; }

        /// <summary>Shorter pulses do not count; clocks of 12.5 ns, 1023 at most.</summary>
        public ushort FilterPulses { get; set; }

        /// <summary>Begins to count.</summary>
        public void Start() => _isStarted = true;

        /// <summary>What was counted.</summary>
        public GpioPulseCount Read() => new GpioPulseCount { Count = _isStarted ? SimButton.Presses : 0 };

        /// <summary>Nothing to do here.</summary>
        public void Dispose()
        {
        }
    }
}

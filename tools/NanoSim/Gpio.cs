// Shadows of package nanoFramework.Hardware.Esp32: the pulse counter, on the simulated button and pins.
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

    /// <summary>Counts edges of a pin once started; at most eight at a time, as many counters as an ESP32 has.</summary>
    public sealed class GpioPulseCounter : IDisposable
    {
        private const int Units = 8;
        private static int _inUse;
        private readonly int _pin;
        private bool _isStarted;
        private bool _isDisposed;
        private long _before;

        /// <summary>A counter of that pin.</summary>
        public GpioPulseCounter(int pinNumberA, int pinNumberB = -1)
        {
            if (!SimPins.Exists(pinNumberA) || _inUse == Units)
            {
                throw new ArgumentException(nameof(pinNumberA));
            }

            _pin = pinNumberA;
            _inUse++;
        }

        /// <summary>Which edges count.</summary>
        public GpioPulsePolarity Polarity { get; set; }

        /// <summary>Shorter pulses do not count; clocks of 12.5 ns, 1023 at most.</summary>
        public ushort FilterPulses { get; set; }

        /// <summary>Begins to count.</summary>
        public void Start()
        {
            _isStarted = true;
            _before = _pin == SimPins.Button ? 0 : SimPins.Pulses(_pin);
        }

        /// <summary>What was counted.</summary>
        public GpioPulseCount Read() => new GpioPulseCount { Count = _isStarted ? SimPins.Pulses(_pin) - _before : 0 };

        /// <summary>Gives the counter back.</summary>
        public void Dispose()
        {
            if (!_isDisposed)
            {
                _isDisposed = true;
                _inUse--;
            }
        }
    }
}

using System;
using System.Device.Gpio;
using DeviceFirmware.Contract;

namespace DeviceFirmware.Esp32
{
    /// <summary>
    /// Pulses of a GPIO for an application, by the chip's pulse counter (PCNT). Its filter swallows what is shorter than 12.8 microseconds. The
    /// ESP32-C3 has no such counter. GPIOs of the flash, the PSRAM, the button and the provisioning line are not given away: a board that lost
    /// them would stand still, or listen to nobody.
    /// </summary>
    public sealed class Esp32Pulses : IPulses
    {
        /// <summary>The most that the hardware filter takes, clocks of 12.5 ns.</summary>
        private const ushort Filter = 1023;

        private GpioPulseCounter _counter;
        private long _count;

        private Esp32Pulses(GpioPulseCounter counter)
        {
            _counter = counter;
        }

        /// <inheritdoc/>
        public long Count
        {
            get
            {
                if (!(_counter is null))
                {
                    _count = _counter.Read().Count;
                }

                return _count;
            }
        }

        /// <summary>Begins to count; null when that GPIO cannot be had.</summary>
        public static Esp32Pulses Open(int pin, bool onRisingEdge)
        {
            if (pin < 0 || IsThePlatforms(pin))
            {
                return null;
            }

            try
            {
                var counter = new GpioPulseCounter(pin);
                counter.Polarity = onRisingEdge ? GpioPulsePolarity.Rising : GpioPulsePolarity.Falling;
                counter.FilterPulses = Filter;
                counter.Start();
                return new Esp32Pulses(counter);
            }
            catch (Exception)
            {
                return null;
            }
        }

        /// <inheritdoc/>
        public void Close()
        {
            long last = Count;
            if (!(_counter is null))
            {
                _counter.Dispose();
                _counter = null;
            }

            _count = last;
        }

        private static bool IsThePlatforms(int pin)
        {
            return (pin >= BoardTarget.FirstMemoryPin && pin <= BoardTarget.LastMemoryPin)
                || pin == BoardTarget.ButtonPin || pin == BoardTarget.TransmitPin || pin == BoardTarget.ReceivePin;
        }
    }
}

using DeviceFirmware.Contract;

namespace DeviceFirmware.App
{
    /// <summary>The GPIO that is counted, and what came since the last message.</summary>
    internal sealed class PulseSource
    {
        private const int NoPin = -1;

        private readonly IPlatform _platform;
        private IPulses _pulses;
        private int _pin = NoPin;
        private bool _onRisingEdge;
        private long _seen;

        internal PulseSource(IPlatform platform)
        {
            _platform = platform;
        }

        /// <summary>Pulses since they were forgotten.</summary>
        internal int Counted { get; private set; }

        /// <summary>Counts that GPIO from now on; false when it cannot, and then the one before goes on.</summary>
        internal bool Open(int pin, bool onRisingEdge)
        {
            if (pin == _pin && onRisingEdge == _onRisingEdge)
            {
                return true;
            }

            IPulses pulses = null;
            if (pin != NoPin)
            {
                pulses = _platform.CountPulses(pin, onRisingEdge);
                if (pulses is null)
                {
                    return false;
                }
            }

            Close();
            _pulses = pulses;
            _pin = pin;
            _onRisingEdge = onRisingEdge;
            _seen = 0;
            return true;
        }

        /// <summary>Looks what came; as one pulse, however many, when they bounce.</summary>
        internal void Sample(bool asOne)
        {
            long count = _pulses is null ? 0 : _pulses.Count;
            long came = count - _seen;
            _seen = count;
            Counted += came > 0 && asOne ? 1 : (int)came;
        }

        internal void Forget()
        {
            Counted = 0;
        }

        internal void Close()
        {
            if (!(_pulses is null))
            {
                _pulses.Close();
                _pulses = null;
            }

            _pin = NoPin;
        }
    }
}

using System.Collections;
using DeviceFirmware.Connect;
using DeviceFirmware.Contract;
using DeviceFirmware.Esp32;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Loader
{
    /// <summary>What the application sees of the platform. What it publishes waits here until the board's own thread takes it.</summary>
    internal sealed class ApplicationPlatform : IPlatform
    {
        private const int MaximumWaiting = 16;
        private const int MaximumLine = 200;

        private readonly IClock _clock;
        private readonly IBoard _board;
        private readonly PublishGate _gate = new PublishGate();
        private readonly ArrayList _waiting = new ArrayList();

        internal ApplicationPlatform(string deviceId, int telemetryPeriod, IClock clock, IBoard board)
        {
            DeviceId = deviceId;
            TelemetryPeriod = telemetryPeriod;
            _clock = clock;
            _board = board;
        }

        /// <inheritdoc/>
        public string DeviceId { get; }

        /// <inheritdoc/>
        public int TelemetryPeriod { get; }

        /// <summary>Messages that were not taken.</summary>
        internal int Refused { get; private set; }

        /// <inheritdoc/>
        public long UtcNow()
        {
            return _clock.UtcNow();
        }

        /// <inheritdoc/>
        public long Uptime()
        {
            return _clock.Uptime();
        }

        /// <inheritdoc/>
        public bool Publish(string members)
        {
            lock (_waiting)
            {
                bool taken = _gate.Passes(members, _clock.Uptime()) && _waiting.Count < MaximumWaiting;
                if (taken)
                {
                    _waiting.Add(members);
                }
                else
                {
                    Refused++;
                }

                return taken;
            }
        }

        /// <summary>The oldest message that waits; null when none does.</summary>
        internal string Take()
        {
            lock (_waiting)
            {
                if (_waiting.Count == 0)
                {
                    return null;
                }

                var oldest = (string)_waiting[0];
                _waiting.RemoveAt(0);
                return oldest;
            }
        }

        /// <inheritdoc/>
        public IPulses CountPulses(int pin, bool onRisingEdge)
        {
            return Esp32Pulses.Open(pin, onRisingEdge);
        }

        /// <inheritdoc/>
        public void Log(string line)
        {
            string text = line ?? "";
            _board.Log("application " + (text.Length > MaximumLine ? text.Substring(0, MaximumLine) : text));
        }
    }
}

using DeviceFirmware.Ports;

namespace DeviceFirmware.Memory
{
    /// <summary>Time that only moves when told to, or by sleeping.</summary>
    public sealed class MemoryClock : IClock
    {
        private long _utcMilliseconds;
        private long _uptime;
        private long _slept;

        /// <summary>How long the board may sleep in all before <see cref="BoardHaltedException"/> ends it, in milliseconds; 0: for ever.</summary>
        public long Patience { get; set; }

        /// <summary>How often the system clock was set.</summary>
        public int TimesSet { get; private set; }

        /// <summary>Lets time pass.</summary>
        public void Advance(long milliseconds)
        {
            _uptime += milliseconds;
            _utcMilliseconds += milliseconds;
        }

        /// <inheritdoc/>
        public long UtcNow()
        {
            return _utcMilliseconds / 1000;
        }

        /// <inheritdoc/>
        public void SetUtc(long secondsSince1970)
        {
            TimesSet++;
            _utcMilliseconds = secondsSince1970 * 1000;
        }

        /// <inheritdoc/>
        public long Uptime()
        {
            return _uptime;
        }

        /// <inheritdoc/>
        public void Sleep(int milliseconds)
        {
            Advance(milliseconds);
            _slept += milliseconds;
            if (Patience != 0 && _slept > Patience)
            {
                throw new BoardHaltedException();
            }
        }
    }
}

namespace DeviceFirmware.Connect
{
    /// <summary>What an application may publish: valid members, on average one message a second, 8 in a row. Counts what it may not.</summary>
    public sealed class PublishGate
    {
        private const int InARow = 8;
        private const int Pause = 1000;

        private int _credit = InARow;
        private long _since;

        /// <summary>Messages that were not let through since power-on.</summary>
        public int Refused { get; private set; }

        /// <summary>Asks for one message at that many milliseconds of uptime.</summary>
        public bool Passes(string members, long now)
        {
            long earned = (now - _since) / Pause;
            if (earned > 0)
            {
                _credit = earned > InARow - _credit ? InARow : _credit + (int)earned;
                _since += earned * Pause;
            }

            if (_credit == InARow)
            {
                // Full: the next is earned from here.
                _since = now;
            }

            if (_credit == 0 || !TelemetryMembers.AreValid(members))
            {
                Refused++;
                return false;
            }

            _credit--;
            return true;
        }
    }
}

using DeviceFirmware.Contract;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Loader
{
    /// <summary>What the application sees of the platform.</summary>
    internal sealed class ApplicationPlatform : IPlatform
    {
        private readonly IClock _clock;
        private readonly IBoard _board;

        internal ApplicationPlatform(string deviceId, IClock clock, IBoard board)
        {
            DeviceId = deviceId;
            _clock = clock;
            _board = board;
        }

        /// <inheritdoc/>
        public string DeviceId { get; }

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
        public void Log(string line)
        {
            _board.Log("application " + line);
        }
    }
}

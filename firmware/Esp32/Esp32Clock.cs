using System;
using System.Threading;
using DeviceFirmware.Ports;
using nanoFramework.Runtime.Native;

namespace DeviceFirmware.Esp32
{
    /// <summary>The RTC and the tick counter.</summary>
    public sealed class Esp32Clock : IClock
    {
        /// <summary>2999-12-31T23:59:59Z: DateTime ends with the year 3000.</summary>
        private const long LatestSecond = 32503679999L;

        /// <inheritdoc/>
        public long UtcNow()
        {
            return DateTime.UtcNow.ToUnixTimeSeconds();
        }

        /// <inheritdoc/>
        public void SetUtc(long secondsSince1970)
        {
            long seconds = secondsSince1970;
            if (seconds < 0)
            {
                seconds = 0;
            }

            if (seconds > LatestSecond)
            {
                seconds = LatestSecond;
            }

            if (!Rtc.SetSystemTime(DateTime.FromUnixTimeSeconds(seconds)))
            {
                throw new InvalidOperationException("the clock cannot be set");
            }
        }

        /// <inheritdoc/>
        public long Uptime()
        {
            return System.Environment.TickCount64;
        }

        /// <inheritdoc/>
        public void Sleep(int milliseconds)
        {
            Thread.Sleep(milliseconds);
        }
    }
}

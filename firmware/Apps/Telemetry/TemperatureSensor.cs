using DeviceFirmware.Contract;

namespace DeviceFirmware.App
{
    /// <summary>
    /// Stands in for a sensor that this sample has none of: a temperature that swings between 18.0 and 24.0 degrees Celsius in two minutes.
    /// </summary>
    internal sealed class TemperatureSensor
    {
        private const int Period = 120000;
        private const int Low = 180;
        private const int Swing = 60;

        private readonly IPlatform _platform;

        internal TemperatureSensor(IPlatform platform)
        {
            _platform = platform;
        }

        /// <summary>Tenths of a degree Celsius.</summary>
        internal int Read()
        {
            int phase = (int)(_platform.Uptime() % Period);
            int half = Period / 2;
            int distance = phase < half ? phase : Period - phase;
            return Low + (int)((long)Swing * distance / half);
        }
    }
}

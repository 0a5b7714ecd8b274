using DeviceFirmware.Contract;

namespace DeviceFirmware.App
{
    /// <summary>Version 1.0.0: measures the temperature.</summary>
    public sealed class Application : IApplication
    {
        private TemperatureSensor _sensor;

        /// <inheritdoc/>
        public bool IsHealthy => !(_sensor is null);

        /// <inheritdoc/>
        public void Start(IPlatform platform)
        {
            _sensor = new TemperatureSensor(platform);
            platform.Log("telemetry 1.0.0");
        }

        /// <inheritdoc/>
        public string Measure()
        {
            return "\"tempC\":" + Tenths.ToText(_sensor.Read());
        }

        /// <inheritdoc/>
        public void Stop()
        {
        }
    }
}

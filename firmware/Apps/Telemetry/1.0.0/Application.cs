using DeviceFirmware.Contract;

namespace DeviceFirmware.App
{
    /// <summary>Version 1.0.0: measures the temperature.</summary>
    public sealed class Application : IApplication
    {
        private TemperatureSensor _sensor;
        private IPlatform _platform;

        /// <inheritdoc/>
        public bool IsHealthy => !(_sensor is null);

        /// <inheritdoc/>
        public void Start(IPlatform platform)
        {
            _platform = platform;
            _sensor = new TemperatureSensor(platform);
            platform.Log("telemetry 1.0.0");
        }

        /// <inheritdoc/>
        public string Configure(ISettings settings)
        {
            return null;
        }

        /// <inheritdoc/>
        public int Turn()
        {
            _platform.Publish("\"tempC\":" + Tenths.ToText(_sensor.Read()));
            return _platform.TelemetryPeriod;
        }

        /// <inheritdoc/>
        public void Stop()
        {
        }
    }
}

using DeviceFirmware.Contract;

namespace DeviceFirmware.App
{
    /// <summary>Version 1.1.0: measures the temperature, and keeps a running mean of the last eight measurements.</summary>
    public sealed class Application : IApplication
    {
        private readonly RunningMean _mean = new RunningMean(8);
        private TemperatureSensor _sensor;
        private IPlatform _platform;

        /// <inheritdoc/>
        public bool IsHealthy => !(_sensor is null);

        /// <inheritdoc/>
        public void Start(IPlatform platform)
        {
            _platform = platform;
            _sensor = new TemperatureSensor(platform);
            platform.Log("telemetry 1.1.0");
        }

        /// <inheritdoc/>
        public string Configure(ISettings settings)
        {
            return null;
        }

        /// <inheritdoc/>
        public int Turn()
        {
            int tenths = _sensor.Read();
            _mean.Add(tenths);
            _platform.Publish("\"tempC\":" + Tenths.ToText(tenths) + ",\"meanTempC\":" + Tenths.ToText(_mean.Value) + ",\"samples\":" + _mean.Count.ToString());
            return _platform.TelemetryPeriod;
        }

        /// <inheritdoc/>
        public void Stop()
        {
        }
    }
}

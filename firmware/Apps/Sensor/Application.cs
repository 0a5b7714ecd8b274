using DeviceFirmware.Contract;

namespace DeviceFirmware.App
{
    /// <summary>
    /// Counts the pulses of a GPIO: a rain gauge, a water or power meter, a wheel. What it counts and how often it says so are settings of the
    /// fleet: <c>pin</c>, <c>rising</c>, <c>debounce</c>, <c>period</c>, <c>threshold</c>, <c>member</c> (<see cref="SensorSettings"/>).
    /// </summary>
    public sealed class Application : IApplication
    {
        private IPlatform _platform;
        private SensorSettings _settings;
        private PulseSource _source;
        private long _publishAt;
        private long _total;

        /// <inheritdoc/>
        public bool IsHealthy => !(_settings is null);

        /// <inheritdoc/>
        public void Start(IPlatform platform)
        {
            _platform = platform;
            _source = new PulseSource(platform);
            platform.Log("sensor 1.0.0");
        }

        /// <inheritdoc/>
        public string Configure(ISettings settings)
        {
            var wanted = new SensorSettings(settings, _platform.TelemetryPeriod);
            string problem = wanted.Problem();
            if (!(problem is null))
            {
                return problem;
            }

            if (!_source.Open(wanted.Pin, wanted.OnRisingEdge))
            {
                return "pin: GPIO " + wanted.Pin.ToString() + " cannot be counted here";
            }

            _settings = wanted;
            _publishAt = _platform.Uptime() + wanted.Period;
            return null;
        }

        /// <inheritdoc/>
        public int Turn()
        {
            _source.Sample(_settings.Debounce > 0);
            long now = _platform.Uptime();
            if (now >= _publishAt)
            {
                Publish();
                _publishAt = now + _settings.Period;
            }

            long wait = _publishAt - now;
            return _settings.Debounce > 0 && _settings.Debounce < wait ? _settings.Debounce : (int)wait;
        }

        /// <inheritdoc/>
        public void Stop()
        {
            _source.Close();
        }

        /// <summary>A message that is not taken is made up for: its pulses are in the total, and in the next.</summary>
        private void Publish()
        {
            int pulses = _source.Counted;
            string members = "\"" + _settings.Member + "\":" + pulses.ToString() + ",\"total\":" + (_total + pulses).ToString();
            if (_settings.Threshold > 0)
            {
                members += pulses >= _settings.Threshold ? ",\"high\":true" : ",\"high\":false";
            }

            if (_platform.Publish(members))
            {
                _total += pulses;
                _source.Forget();
            }
        }
    }
}

using System;
using System.Threading;
using DeviceFirmware.Contract;
using DeviceFirmware.Esp32;
using DeviceFirmware.Image;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Loader
{
    /// <summary>Runs the application on a thread of its own, so that a call that does not return or an exception does not end the platform.</summary>
    public sealed class ApplicationRunner : IApplicationRunner
    {
        private const int StopPatience = 1000;

        private readonly IClock _clock;
        private readonly IBoard _board;
        private readonly object _lock = new object();
        private readonly AutoResetEvent _wake = new AutoResetEvent(false);

        private VerifiedImage _image;
        private string _deviceId;
        private int _period;
        private Thread _thread;
        private ApplicationState _state;
        private string _crashReason = "";
        private bool _isHealthy;
        private bool _stopping;
        private long _busySince;
        private string _measurement;

        /// <summary>A runner that takes its time from that clock and logs to that board.</summary>
        public ApplicationRunner(IClock clock, IBoard board)
        {
            _clock = clock ?? throw new ArgumentNullException(nameof(clock));
            _board = board ?? throw new ArgumentNullException(nameof(board));
        }

        /// <inheritdoc/>
        public ApplicationState State
        {
            get
            {
                lock (_lock)
                {
                    return _state;
                }
            }
        }

        /// <inheritdoc/>
        public long BusyFor
        {
            get
            {
                lock (_lock)
                {
                    return _busySince == 0 ? 0 : _clock.Uptime() - _busySince;
                }
            }
        }

        /// <inheritdoc/>
        public string CrashReason
        {
            get
            {
                lock (_lock)
                {
                    return _crashReason;
                }
            }
        }

        /// <inheritdoc/>
        public bool IsHealthy
        {
            get
            {
                lock (_lock)
                {
                    return _isHealthy;
                }
            }
        }

        /// <inheritdoc/>
        public void Start(VerifiedImage image, string deviceId, int measurePeriodMilliseconds)
        {
            if (!(_thread is null))
            {
                throw new InvalidOperationException();
            }

            _image = image;
            _deviceId = deviceId;
            _period = measurePeriodMilliseconds;
            _state = ApplicationState.Starting;
            _thread = new Thread(Run);
            _thread.Start();
        }

        /// <inheritdoc/>
        public string TakeMeasurement()
        {
            lock (_lock)
            {
                string measurement = _measurement;
                _measurement = null;
                return measurement;
            }
        }

        /// <inheritdoc/>
        public void Stop()
        {
            lock (_lock)
            {
                _stopping = true;
            }

            _wake.Set();
            if (!(_thread is null))
            {
                _thread.Join(StopPatience);
            }
        }

        private void Run()
        {
            try
            {
                Enter();
                IApplication application = new Esp32ApplicationLoader().Load(_image.Modules);
                if (application is null)
                {
                    throw new NotSupportedException("no module has the class " + Esp32ApplicationLoader.ApplicationType);
                }

                application.Start(new ApplicationPlatform(_deviceId, _clock, _board));
                Leave(ApplicationState.Running, false, null);
                while (!IsStopping())
                {
                    Enter();
                    string measurement = application.Measure();
                    Leave(ApplicationState.Running, application.IsHealthy, measurement);
                    _wake.WaitOne(_period, false);
                }

                Enter();
                application.Stop();
                Leave(ApplicationState.Running, false, null);
            }
            catch (Exception fault)
            {
                lock (_lock)
                {
                    _crashReason = fault.GetType().FullName + ": " + fault.Message;
                    _isHealthy = false;
                    _busySince = 0;
                    _state = ApplicationState.Crashed;
                }
            }
        }

        private void Enter()
        {
            lock (_lock)
            {
                long now = _clock.Uptime();
                _busySince = now == 0 ? 1 : now;
            }
        }

        private void Leave(ApplicationState state, bool isHealthy, string measurement)
        {
            lock (_lock)
            {
                _busySince = 0;
                _state = state;
                _isHealthy = isHealthy;
                _measurement = measurement ?? _measurement;
            }
        }

        private bool IsStopping()
        {
            lock (_lock)
            {
                return _stopping;
            }
        }
    }
}

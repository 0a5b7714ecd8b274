using System;
using System.Threading;
using DeviceFirmware.Connect;
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
        private const int ShortestWait = 10;
        private const int LongestWait = 3600000;
        private const int MaximumReason = 160;

        private readonly IClock _clock;
        private readonly IBoard _board;
        private readonly object _lock = new object();
        private readonly AutoResetEvent _wake = new AutoResetEvent(false);

        private VerifiedImage _image;
        private ApplicationPlatform _platform;
        private SettingsDocument _inForce;
        private SettingsDocument _offered;
        private string _said;
        private Thread _thread;
        private ApplicationState _state;
        private string _crashReason = "";
        private bool _isHealthy;
        private bool _stopping;
        private long _busySince;
        private int _faults;

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
        public int Faults
        {
            get
            {
                lock (_lock)
                {
                    return _faults;
                }
            }
        }

        /// <inheritdoc/>
        public int Refused => _platform is null ? 0 : _platform.Refused;

        /// <inheritdoc/>
        public void Start(VerifiedImage image, string deviceId, int telemetryPeriodMilliseconds, SettingsDocument settings)
        {
            if (!(_thread is null))
            {
                throw new InvalidOperationException();
            }

            _image = image;
            _inForce = settings ?? throw new ArgumentNullException(nameof(settings));
            _platform = new ApplicationPlatform(deviceId, telemetryPeriodMilliseconds, _clock, _board);
            _state = ApplicationState.Starting;
            _thread = new Thread(Run);
            _thread.Start();
        }

        /// <inheritdoc/>
        public void Configure(SettingsDocument settings)
        {
            lock (_lock)
            {
                _offered = settings ?? throw new ArgumentNullException(nameof(settings));
            }

            _wake.Set();
        }

        /// <inheritdoc/>
        public string TakeSettingsAnswer()
        {
            lock (_lock)
            {
                string said = _said;
                _said = null;
                return said;
            }
        }

        /// <inheritdoc/>
        public string TakeMeasurement()
        {
            return _platform is null ? null : _platform.Take();
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

                application.Start(_platform);
                Begin(application);
                while (!IsStopping())
                {
                    Enter();
                    Reconfigure(application);
                    int wait = application.Turn();
                    Leave(application.IsHealthy);
                    _wake.WaitOne(wait < ShortestWait ? ShortestWait : wait > LongestWait ? LongestWait : wait, false);
                }

                Enter();
                application.Stop();
                Leave(false);
            }
            catch (Exception fault)
            {
                lock (_lock)
                {
                    _faults++;
                    string reason = fault.GetType().FullName + ": " + fault.Message;
                    _crashReason = reason.Length > MaximumReason ? reason.Substring(0, MaximumReason) : reason;
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

        private void Leave(bool isHealthy)
        {
            lock (_lock)
            {
                _busySince = 0;
                _state = ApplicationState.Running;
                _isHealthy = isHealthy;
            }
        }

        /// <summary>The first settings: those in force, which may be another application's.</summary>
        private void Begin(IApplication application)
        {
            string said = ApplicationSettings.Offer(application, _inForce);
            if (said.Length > 0)
            {
                _inForce = new SettingsDocument(0);
                Return(application);
            }

            Say(said);
        }

        private void Reconfigure(IApplication application)
        {
            SettingsDocument offered;
            lock (_lock)
            {
                offered = _offered;
                _offered = null;
            }

            if (offered is null)
            {
                return;
            }

            string said = ApplicationSettings.Offer(application, offered);
            if (said.Length == 0)
            {
                _inForce = offered;
            }
            else
            {
                Return(application);
            }

            Say(said);
        }

        /// <summary>Back to the settings in force, or to none: these an application has to take.</summary>
        private void Return(IApplication application)
        {
            string said = ApplicationSettings.Offer(application, _inForce);
            if (said.Length > 0)
            {
                throw new InvalidOperationException("settings in force refused: " + said);
            }
        }

        private void Say(string said)
        {
            lock (_lock)
            {
                _said = said;
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

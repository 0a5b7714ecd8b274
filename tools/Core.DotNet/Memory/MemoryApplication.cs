using DeviceFirmware.Connect;
using DeviceFirmware.Image;
using DeviceFirmware.Lifecycle;

namespace DeviceFirmware.Memory
{
    /// <summary>An application that does as told; nothing of the image is run.</summary>
    public sealed class MemoryApplication : IApplicationRunner
    {
        /// <inheritdoc/>
        public ApplicationState State { get; set; }

        /// <inheritdoc/>
        public long BusyFor { get; set; }

        /// <inheritdoc/>
        public string CrashReason { get; set; } = "";

        /// <inheritdoc/>
        public bool IsHealthy { get; set; }

        /// <summary>The newest measurement; null when there is none.</summary>
        public string Measurement { get; set; }

        /// <summary>The image it was started with.</summary>
        public VerifiedImage Image { get; private set; }

        /// <summary>Times it was stopped.</summary>
        public int Stops { get; private set; }

        /// <inheritdoc/>
        public int Faults { get; private set; }

        /// <inheritdoc/>
        public int Refused { get; set; }

        /// <summary>The settings it was given last.</summary>
        public SettingsDocument Settings { get; private set; }

        /// <summary>What it says of the settings it is given: empty takes them; null says nothing, as one that hangs.</summary>
        public string SaysOfSettings { get; set; } = "";

        /// <summary>Times it was given other settings.</summary>
        public int Configurations { get; private set; }

        private string Said { get; set; }

        /// <summary>The application ends with that exception.</summary>
        public void Crash(string reason)
        {
            Faults++;
            State = ApplicationState.Crashed;
            CrashReason = reason;
            IsHealthy = false;
        }

        /// <inheritdoc/>
        public void Start(VerifiedImage image, string deviceId, int telemetryPeriodMilliseconds, SettingsDocument settings)
        {
            Image = image;
            Settings = settings;
            Said = SaysOfSettings;
            State = ApplicationState.Running;
        }

        /// <inheritdoc/>
        public void Configure(SettingsDocument settings)
        {
            Settings = settings;
            Configurations++;
            Said = SaysOfSettings;
        }

        /// <inheritdoc/>
        public string TakeSettingsAnswer()
        {
            string said = Said;
            Said = null;
            return said;
        }

        /// <inheritdoc/>
        public string TakeMeasurement()
        {
            string newest = Measurement;
            Measurement = null;
            return newest;
        }

        /// <inheritdoc/>
        public void Stop()
        {
            Stops++;
        }
    }
}

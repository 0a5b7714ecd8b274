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

        /// <summary>The application ends with that exception.</summary>
        public void Crash(string reason)
        {
            State = ApplicationState.Crashed;
            CrashReason = reason;
            IsHealthy = false;
        }

        /// <inheritdoc/>
        public void Start(VerifiedImage image, string deviceId, int measurePeriodMilliseconds)
        {
            Image = image;
            State = ApplicationState.Running;
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

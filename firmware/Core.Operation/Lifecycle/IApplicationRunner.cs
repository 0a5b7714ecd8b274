using DeviceFirmware.Image;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>Runs the application of a verified image on a thread of its own.</summary>
    public interface IApplicationRunner
    {
        /// <summary>What the application is doing.</summary>
        ApplicationState State { get; }

        /// <summary>Milliseconds that the application has been in its present call; 0 between calls.</summary>
        long BusyFor { get; }

        /// <summary>What ended the application; empty while it runs.</summary>
        string CrashReason { get; }

        /// <summary>What the application says of its health, asked for once a turn; false before it started and after a crash.</summary>
        bool IsHealthy { get; }

        /// <summary>Loads the modules and starts the application; returns at once. Once a power-on.</summary>
        void Start(VerifiedImage image, string deviceId, int measurePeriodMilliseconds);

        /// <summary>The newest measurement that was not taken yet: members of a JSON object; null when there is none.</summary>
        string TakeMeasurement();

        /// <summary>Asks the application to stop before a restart; waits at most a second.</summary>
        void Stop();
    }
}

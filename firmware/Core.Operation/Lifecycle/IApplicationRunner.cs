using DeviceFirmware.Connect;
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

        /// <summary>Exceptions that left the application since power-on.</summary>
        int Faults { get; }

        /// <summary>Messages that the application was not let publish since power-on.</summary>
        int Refused { get; }

        /// <summary>
        /// Loads the modules, starts the application and gives it the settings in force, or none when it does not take them; returns at once.
        /// What it said of them is the first answer of <see cref="TakeSettingsAnswer"/>. Once a power-on.
        /// </summary>
        void Start(VerifiedImage image, string deviceId, int telemetryPeriodMilliseconds, SettingsDocument settings);

        /// <summary>Gives the application other settings, in its next turn; when it does not take them, those before again.</summary>
        void Configure(SettingsDocument settings);

        /// <summary>What the application said of the settings it was given last: empty when it took them, why not; null before it has said it, and once it was asked.</summary>
        string TakeSettingsAnswer();

        /// <summary>The oldest message that was not taken yet: valid members of a JSON object (<see cref="TelemetryMembers"/>); null when there is none.</summary>
        string TakeMeasurement();

        /// <summary>Asks the application to stop before a restart; waits at most a second.</summary>
        void Stop();
    }
}

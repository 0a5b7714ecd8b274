namespace DeviceFirmware.Contract
{
    /// <summary>
    /// What an application image brings: one public class named <c>DeviceFirmware.App.Application</c> with a public constructor without
    /// arguments that implements this interface. The platform calls every member from one thread of its own, never two at once. An exception
    /// that leaves a member ends the application: on trial, the image is rejected and the old application comes back.
    /// </summary>
    public interface IApplication
    {
        /// <summary>Called once, before anything else. Must return within 10 seconds; a longer stay counts as a hang.</summary>
        void Start(IPlatform platform);

        /// <summary>
        /// Called once every telemetry period. Returns members of the telemetry object, without braces, e.g. <c>"tempC":21.5</c>;
        /// the platform adds deviceId and ts and publishes. Null or empty: nothing is published this time.
        /// </summary>
        string Measure();

        /// <summary>True while the application works. An image on trial is confirmed only when this is true.</summary>
        bool IsHealthy { get; }

        /// <summary>Called before a restart that the platform knows about. Must return within 1 second.</summary>
        void Stop();
    }
}

namespace DeviceFirmware.Contract
{
    /// <summary>
    /// What an application image brings: one public class named <c>DeviceFirmware.App.Application</c> with a public constructor without
    /// arguments that implements this interface. The platform calls every member from one thread of its own, never two at once. An exception
    /// that leaves a member ends the application, and so does a call of more than 10 seconds: on trial, the image is rejected and the old
    /// application comes back; later the board restarts.
    /// </summary>
    public interface IApplication
    {
        /// <summary>Called once, before anything else.</summary>
        void Start(IPlatform platform);

        /// <summary>
        /// Called after <see cref="Start"/>, before the first <see cref="Turn"/>, and whenever there are other settings. Ask for every setting
        /// there is, each with the value it has when nobody has set it, and return null; or a reason, printable ASCII, why these cannot be.
        /// Then, and when something asked for is out of its bounds or something was set that was not asked for, nothing of them is taken: the
        /// call comes again with the settings in force. Settings without a single value must be taken.
        /// </summary>
        string Configure(ISettings settings);

        /// <summary>
        /// One turn of work; publish from here. Returns the milliseconds until the next one, taken as 10 to 3,600,000; it may come earlier.
        /// </summary>
        int Turn();

        /// <summary>True while the application works; asked for after each turn. An image on trial is confirmed only when this is true.</summary>
        bool IsHealthy { get; }

        /// <summary>Called before a restart that the platform knows about. Must return within 1 second.</summary>
        void Stop();
    }
}

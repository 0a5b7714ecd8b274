namespace DeviceFirmware.Ports
{
    /// <summary>Time comes in through here and nowhere else.</summary>
    public interface IClock
    {
        /// <summary>The system clock: seconds since 1970-01-01 UTC. Near 0 after power-on until something sets it.</summary>
        long UtcNow();

        /// <summary>Sets the system clock, which the native TLS stack checks certificate dates against.</summary>
        void SetUtc(long secondsSince1970);

        /// <summary>Milliseconds since power-on; never jumps.</summary>
        long Uptime();

        /// <summary>Lets other threads run for that many milliseconds.</summary>
        void Sleep(int milliseconds);
    }
}

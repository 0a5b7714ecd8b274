namespace DeviceFirmware.Contract
{
    /// <summary>What the platform offers an application. One signed application owns the board: this is convenience, not isolation.</summary>
    public interface IPlatform
    {
        /// <summary>The board's id, as in its certificate.</summary>
        string DeviceId { get; }

        /// <summary>Seconds since 1970-01-01 UTC, as far as the board knows.</summary>
        long UtcNow();

        /// <summary>Milliseconds since power-on.</summary>
        long Uptime();

        /// <summary>One line to the console. Never a secret.</summary>
        void Log(string line);
    }
}

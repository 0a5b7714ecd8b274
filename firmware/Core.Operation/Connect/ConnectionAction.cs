namespace DeviceFirmware.Connect
{
    /// <summary>What a connection wants done now.</summary>
    public enum ConnectionAction
    {
        /// <summary>Nothing.</summary>
        None = 0,

        /// <summary>Join a network; report Joined or Failed.</summary>
        Join,

        /// <summary>Bring the clock to its floor; report ClockSet or Failed.</summary>
        SetClock,

        /// <summary>Connect with a fresh client; report Connected or Failed.</summary>
        Connect,

        /// <summary>Subscribe; report Subscribed or Failed.</summary>
        Subscribe,

        /// <summary>Send a heartbeat; report Answered when its nonce comes back.</summary>
        Beat,

        /// <summary>Close the client, whatever state it is in. There is no report.</summary>
        Close,
    }
}

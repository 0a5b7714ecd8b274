namespace DeviceFirmware.Connect
{
    /// <summary>What became of an action, or of the connection.</summary>
    public enum ConnectionEvent
    {
        /// <summary>Nothing; ignored.</summary>
        None = 0,

        /// <summary>The radio has joined.</summary>
        Joined,

        /// <summary>The clock is not below its floor.</summary>
        ClockSet,

        /// <summary>The broker took CONNECT.</summary>
        Connected,

        /// <summary>The broker granted the subscription.</summary>
        Subscribed,

        /// <summary>The nonce of the last heartbeat came back.</summary>
        Answered,

        /// <summary>The action of this state failed.</summary>
        Failed,

        /// <summary>The connection is gone.</summary>
        Lost,
    }
}

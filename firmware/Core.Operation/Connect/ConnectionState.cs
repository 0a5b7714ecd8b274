namespace DeviceFirmware.Connect
{
    /// <summary>How far a connection has come. Each state but the first and the last waits for the answer to one action.</summary>
    public enum ConnectionState
    {
        /// <summary>No attempt runs; the next one has its time.</summary>
        Waiting = 0,

        /// <summary>The radio joins a network.</summary>
        Radio,

        /// <summary>Joined; the clock is brought to where TLS needs it.</summary>
        Time,

        /// <summary>The clock is right; name, TCP, TLS and CONNECT, which are one call of the platform.</summary>
        Tls,

        /// <summary>The broker took CONNECT; the subscription is on its way.</summary>
        Mqtt,

        /// <summary>Subscribed; no heartbeat of this connection was answered yet.</summary>
        Subscribed,

        /// <summary>A heartbeat of this connection was answered: it works both ways.</summary>
        Confirmed,
    }
}

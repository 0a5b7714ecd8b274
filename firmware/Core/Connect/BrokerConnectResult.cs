namespace DeviceFirmware.Connect
{
    /// <summary>How a connection attempt ended.</summary>
    public enum BrokerConnectResult
    {
        /// <summary>Nothing was tried.</summary>
        NotEvaluated = 0,

        /// <summary>Connected.</summary>
        Connected,

        /// <summary>No network, no such name, nobody listens, or the TLS handshake failed: the platform does not tell these apart.</summary>
        Failed,

        /// <summary>The broker answered CONNECT with a refusal.</summary>
        Refused,
    }
}

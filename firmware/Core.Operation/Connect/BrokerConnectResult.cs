namespace DeviceFirmware.Connect
{
    /// <summary>How a connection attempt ended.</summary>
    public enum BrokerConnectResult
    {
        /// <summary>Nothing was tried.</summary>
        NotEvaluated = 0,

        /// <summary>Connected.</summary>
        Connected,

        /// <summary>No network, no such name, or nobody listens.</summary>
        NetworkFailed,

        /// <summary>The TLS handshake failed: another root, another host name, a date, or the broker does not take this board's certificate.</summary>
        TlsFailed,

        /// <summary>The broker answered CONNECT with a refusal.</summary>
        Refused,
    }
}

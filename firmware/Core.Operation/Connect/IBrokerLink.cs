using DeviceFirmware.Trust;

namespace DeviceFirmware.Connect
{
    /// <summary>
    /// One MQTT connection at a time. Received messages wait in a bounded queue (32 messages, bytes by board; what does not fit is dropped and
    /// counted); nothing of ours ever runs on the client's own threads.
    /// </summary>
    public interface IBrokerLink
    {
        /// <summary>True from a successful Connect until the connection is lost or closed.</summary>
        bool IsConnected { get; }

        /// <summary>Received messages dropped since power-on, because too many waited.</summary>
        int Dropped { get; }

        /// <summary>
        /// Connects with a fresh client: resolves the name, does the mutual TLS handshake, sends CONNECT with a last will of QoS 1. Blocks; on
        /// the board a peer that stays silent inside the handshake blocks for ever.
        /// </summary>
        BrokerConnectResult Connect(TlsParameters tls, string clientId, string willTopic, string willMessage, int keepAliveSeconds);

        /// <summary>
        /// Sends a message. At least once: waits for the broker's acknowledgement, at most 10 seconds, and says whether it came; meanwhile
        /// messages are received. At most once: true means queued.
        /// </summary>
        bool Publish(string topic, byte[] payload, bool atLeastOnce);

        /// <summary>Subscribes with QoS 1 and waits for the broker's answer; false when it refuses or stays silent.</summary>
        bool Subscribe(string filter, int timeoutMilliseconds);

        /// <summary>The next message, waiting up to that long; null when none came.</summary>
        BrokerMessage Receive(int timeoutMilliseconds);

        /// <summary>Ends the connection and forgets what waits. Safe at any time.</summary>
        void Close();
    }
}

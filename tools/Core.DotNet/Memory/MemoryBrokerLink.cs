using System.Collections;
using DeviceFirmware.Connect;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Memory
{
    /// <summary>A broker that does as told: how attempts end, what it sends, and what it has received.</summary>
    public sealed class MemoryBrokerLink : IBrokerLink
    {
        private const int MaximumWaiting = 32;

        private readonly ArrayList _waiting = new ArrayList();
        private readonly ArrayList _published = new ArrayList();
        private readonly MemoryClock _clock;

        /// <summary>A link. Waiting in vain takes time on that clock; null when it takes none.</summary>
        public MemoryBrokerLink(MemoryClock clock)
        {
            _clock = clock;
        }

        /// <summary>How the next attempts to connect end.</summary>
        public BrokerConnectResult ConnectResult { get; set; } = BrokerConnectResult.Connected;

        /// <summary>The host at which nobody listens; null: somebody does everywhere.</summary>
        public string DeadHost { get; set; }

        /// <summary>How the next subscriptions end.</summary>
        public bool SubscribeResult { get; set; } = true;

        /// <summary>Whether what was sent is acknowledged.</summary>
        public bool Acknowledges { get; set; } = true;

        /// <summary>Attempts to connect.</summary>
        public int ConnectCount { get; private set; }

        /// <summary>What the last attempt was made with.</summary>
        public TlsParameters Tls { get; private set; }

        /// <summary>Client id of the last attempt.</summary>
        public string ClientId { get; private set; }

        /// <summary>Topic of the last will.</summary>
        public string WillTopic { get; private set; }

        /// <summary>The last will.</summary>
        public string WillMessage { get; private set; }

        /// <summary>The last filter subscribed to.</summary>
        public string Filter { get; private set; }

        /// <inheritdoc/>
        public int Dropped { get; private set; }

        /// <summary>Messages that the board published.</summary>
        public int PublishedCount => _published.Count;

        /// <inheritdoc/>
        public bool IsConnected { get; private set; }

        /// <summary>A message that the board published; the first is 0.</summary>
        public BrokerMessage PublishedAt(int index)
        {
            return (BrokerMessage)_published[index];
        }

        /// <summary>The broker sends a message.</summary>
        public void Deliver(string topic, byte[] payload)
        {
            if (_waiting.Count == MaximumWaiting)
            {
                Dropped++;
                return;
            }

            _waiting.Add(new BrokerMessage(topic, payload));
        }

        /// <summary>The connection breaks.</summary>
        public void Drop()
        {
            IsConnected = false;
        }

        /// <inheritdoc/>
        public BrokerConnectResult Connect(TlsParameters tls, string clientId, string willTopic, string willMessage, int keepAliveSeconds)
        {
            ConnectCount++;
            Tls = tls;
            ClientId = clientId;
            WillTopic = willTopic;
            WillMessage = willMessage;
            BrokerConnectResult result = tls.Host == DeadHost ? BrokerConnectResult.NetworkFailed : ConnectResult;
            IsConnected = result == BrokerConnectResult.Connected;
            return result;
        }

        /// <inheritdoc/>
        public bool Publish(string topic, byte[] payload, bool atLeastOnce)
        {
            if (IsConnected)
            {
                _published.Add(new BrokerMessage(topic, payload));
            }

            return IsConnected && (Acknowledges || !atLeastOnce);
        }

        /// <inheritdoc/>
        public bool Subscribe(string filter, int timeoutMilliseconds)
        {
            Filter = filter;
            return IsConnected && SubscribeResult;
        }

        /// <inheritdoc/>
        public BrokerMessage Receive(int timeoutMilliseconds)
        {
            if (_waiting.Count == 0)
            {
                if (!(_clock is null))
                {
                    _clock.Advance(timeoutMilliseconds);
                }

                return null;
            }

            var message = (BrokerMessage)_waiting[0];
            _waiting.RemoveAt(0);
            return message;
        }

        /// <inheritdoc/>
        public void Close()
        {
            IsConnected = false;
            _waiting.Clear();
        }
    }
}

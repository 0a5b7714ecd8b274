using System;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Connect;
using DeviceFirmware.Ports;
using DeviceFirmware.Trust;
using nanoFramework.M2Mqtt;
using nanoFramework.M2Mqtt.Exceptions;
using nanoFramework.M2Mqtt.Messages;

namespace DeviceFirmware.Esp32
{
    /// <summary>
    /// One MQTT connection over mutual TLS 1.2, on M2Mqtt. Each Connect makes a new client: the client resolves the name once, in its
    /// constructor, and never reconnects. Who the broker is, the native TLS stack decides from the parameters; it has no time-out for the
    /// handshake and blocks every managed thread meanwhile.
    /// </summary>
    public sealed class Esp32BrokerLink : IBrokerLink
    {
        private const int AcknowledgeTimeoutMilliseconds = 10000;
        private const int FirstSocketErrorCode = 10000;

        private readonly IBoard _board;

        private MqttClient _client;
        private BrokerInbox _inbox;
        private int _droppedBefore;
        private BrokerReceipts _receipts;

        /// <summary>A link, not connected, that tells that board's console what the platform says about failed connections.</summary>
        public Esp32BrokerLink(IBoard board)
        {
            _board = board;
        }

        /// <inheritdoc/>
        public bool IsConnected
        {
            get
            {
                MqttClient client = _client;
                return client != null && client.IsConnected;
            }
        }

        /// <inheritdoc/>
        public int Dropped
        {
            get
            {
                BrokerInbox inbox = _inbox;
                return _droppedBefore + (inbox is null ? 0 : inbox.Dropped);
            }
        }

        /// <inheritdoc/>
        public BrokerConnectResult Connect(TlsParameters tls, string clientId, string willTopic, string willMessage, int keepAliveSeconds)
        {
            Close();

            // The certificate object keeps the array of the key; its owner clears it, the native stack then has its own copy.
            X509Certificate2 device = new X509Certificate2(tls.DeviceCertificate, tls.DevicePrivateKey, "");
            X509Certificate root = new X509Certificate(tls.RootCertificate);
            BrokerConnectResult result = ConnectCore(tls, root, device, clientId, willTopic, willMessage, keepAliveSeconds);
            if (result != BrokerConnectResult.Connected)
            {
                // After a failed Connect the client's receive thread runs and its TLS buffers are taken: only Close ends that.
                Close();
            }

            return result;
        }

        private BrokerConnectResult ConnectCore(TlsParameters tls, X509Certificate root, X509Certificate2 device, string clientId, string willTopic, string willMessage, int keepAliveSeconds)
        {
            try
            {
                _client = new MqttClient(tls.Host, tls.Port, true, root, device, MqttSslProtocols.TLSv1_2);
            }
            catch (Exception exception)
            {
                Tell(exception);
                return BrokerConnectResult.NetworkFailed;
            }

            _droppedBefore = Dropped;
            _inbox = new BrokerInbox(BoardTarget.InboxSize);
            _receipts = new BrokerReceipts();
            _client.ProtocolVersion = MqttProtocolVersion.Version_3_1_1;

            // One switch for the whole process: whoever had turned it off, here it is on. On means SslVerification.CertificateRequired.
            _client.Settings.ValidateServerCertificate = tls.RequiresCertificate;
            _client.MqttMsgPublishReceived += OnMessage;
            _client.MqttMsgPublished += OnPublished;
            _client.MqttMsgSubscribed += OnSubscribed;
            _client.ConnectionClosed += OnClosed;
            try
            {
                MqttReasonCode code = _client.Connect(clientId, null, null, false, MqttQoSLevel.AtLeastOnce, true, willTopic, willMessage, true, (ushort)keepAliveSeconds);
                if (code == MqttReasonCode.Success)
                {
                    return BrokerConnectResult.Connected;
                }

                _board.Log("link CONNACK " + ((int)code).ToString());
                return BrokerConnectResult.Refused;
            }
            catch (MqttConnectionException exception)
            {
                Tell(exception);
                return IsSocketFailure(exception.InnerException) ? BrokerConnectResult.NetworkFailed : BrokerConnectResult.TlsFailed;
            }
            catch (Exception exception)
            {
                // The broker ended the connection before it answered CONNECT, or did not answer at all.
                Tell(exception);
                return BrokerConnectResult.Refused;
            }
        }

        /// <inheritdoc/>
        /// <remarks>At least once: waits up to 10 seconds for the broker's acknowledgement. At most once: true means queued.</remarks>
        public bool Publish(string topic, byte[] payload, bool atLeastOnce)
        {
            MqttClient client = _client;
            if (client is null || !client.IsConnected)
            {
                return false;
            }

            try
            {
                MqttQoSLevel level = atLeastOnce ? MqttQoSLevel.AtLeastOnce : MqttQoSLevel.AtMostOnce;
                int messageId = client.Publish(topic, payload, null, null, level, false);
                return !atLeastOnce || _receipts.Await(messageId, AcknowledgeTimeoutMilliseconds);
            }
            catch (Exception)
            {
                return false;
            }
        }

        /// <inheritdoc/>
        public bool Subscribe(string filter, int timeoutMilliseconds)
        {
            MqttClient client = _client;
            if (client is null || !client.IsConnected)
            {
                return false;
            }

            try
            {
                int messageId = client.Subscribe(new string[] { filter }, new MqttQoSLevel[] { MqttQoSLevel.AtLeastOnce });
                return _receipts.Await(messageId, timeoutMilliseconds);
            }
            catch (Exception)
            {
                return false;
            }
        }

        /// <inheritdoc/>
        public BrokerMessage Receive(int timeoutMilliseconds)
        {
            BrokerInbox inbox = _inbox;
            return inbox is null ? null : inbox.Take(timeoutMilliseconds);
        }

        /// <inheritdoc/>
        public void Close()
        {
            MqttClient client = _client;
            _client = null;
            if (client is null)
            {
                return;
            }

            try
            {
                if (client.IsConnected)
                {
                    client.Disconnect();
                }
            }
            catch (Exception)
            {
                // The connection was lost meanwhile; Close below is what frees it.
            }

            try
            {
                client.Close();
            }
            catch (Exception)
            {
                // Nothing more can be done for a client that does not close; the next Connect makes a new one.
            }
        }

        /// <summary>
        /// Older CLRs report a failed handshake as SocketException too, with a TLS code; codes of the socket layer start at 10000.
        /// </summary>
        private static bool IsSocketFailure(Exception exception)
        {
            SocketException socket = exception as SocketException;
            return socket != null && socket.ErrorCode >= FirstSocketErrorCode;
        }

        private void Tell(Exception exception)
        {
            Exception inner = exception;
            while (inner.InnerException != null)
            {
                inner = inner.InnerException;
            }

            SocketException socket = inner as SocketException;
            _board.Log("link " + (socket is null ? inner.GetType().Name + ": " + inner.Message : "socket error " + socket.ErrorCode.ToString()));
        }

        /// <summary>A client that was closed may still raise events, on its own threads.</summary>
        private bool IsCurrent(object sender)
        {
            return ReferenceEquals(sender, _client);
        }

        private void OnMessage(object sender, MqttMsgPublishEventArgs e)
        {
            if (IsCurrent(sender))
            {
                _inbox.Add(e.Topic, e.Message);
            }
        }

        private void OnPublished(object sender, MqttMsgPublishedEventArgs e)
        {
            if (IsCurrent(sender))
            {
                _receipts.Add(e.MessageId, e.IsPublished);
            }
        }

        private void OnSubscribed(object sender, MqttMsgSubscribedEventArgs e)
        {
            if (IsCurrent(sender))
            {
                MqttQoSLevel[] granted = e.GrantedQoSLevels;
                _receipts.Add(e.MessageId, granted.Length == 1 && granted[0] != MqttQoSLevel.GrantedFailure);
            }
        }

        private void OnClosed(object sender, EventArgs e)
        {
            if (IsCurrent(sender))
            {
                _receipts.Close();
                _inbox.Wake();
            }
        }
    }
}

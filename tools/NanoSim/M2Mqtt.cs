// Shadows of packages nanoFramework.M2Mqtt and nanoFramework.M2Mqtt.Core, on a real MQTT 3.1.1 connection.
using System;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.NanoSim.Host;
using nanoFramework.M2Mqtt.Exceptions;
using nanoFramework.M2Mqtt.Messages;

namespace nanoFramework.M2Mqtt
{
    /// <summary>The client.</summary>
    public interface IMqttClient
    {
        /// <summary>Connects.</summary>
        MqttReasonCode Connect(string clientId, string username, string password, bool willRetain, MqttQoSLevel willQosLevel, bool willFlag, string willTopic, string willMessage, bool cleanSession, ushort keepAlivePeriod);

        /// <summary>Queues a message; returns its id.</summary>
        ushort Publish(string topic, byte[] message, string contentType, System.Collections.ArrayList userProperties, MqttQoSLevel qosLevel, bool retain);

        /// <summary>Queues a subscription; returns its id.</summary>
        ushort Subscribe(string[] topics, MqttQoSLevel[] qosLevels);

        /// <summary>Says good-bye to the broker.</summary>
        void Disconnect();

        /// <summary>Frees everything.</summary>
        void Close();

        /// <summary>The connection is gone.</summary>
        public delegate void ConnectionClosedEventHandler(object sender, EventArgs e);

        /// <summary>A message arrived.</summary>
        public delegate void MqttMsgPublishEventHandler(object sender, MqttMsgPublishEventArgs e);

        /// <summary>A message was acknowledged, or given up.</summary>
        public delegate void MqttMsgPublishedEventHandler(object sender, MqttMsgPublishedEventArgs e);

        /// <summary>A subscription was answered.</summary>
        public delegate void MqttMsgSubscribedEventHandler(object sender, MqttMsgSubscribedEventArgs e);
    }

    /// <summary>MQTT versions.</summary>
    public enum MqttProtocolVersion
    {
        /// <summary>3.1.</summary>
        Version_3_1 = 3,

        /// <summary>3.1.1.</summary>
        Version_3_1_1 = 4,

        /// <summary>5.</summary>
        Version_5 = 5,
    }

    /// <summary>TLS versions.</summary>
    public enum MqttSslProtocols
    {
        /// <summary>TLS 1.3 only.</summary>
        None = 0,

        /// <summary>Throws.</summary>
        SSLv3 = 1,

        /// <summary>Throws.</summary>
        TLSv1_0 = 2,

        /// <summary>Throws.</summary>
        TLSv1_1 = 3,

        /// <summary>TLS 1.2 only.</summary>
        TLSv1_2 = 4,

        /// <summary>TLS 1.3 only.</summary>
        TLSv1_3 = 5,
    }

    /// <summary>Settings, one object for the whole process.</summary>
    public class MqttSettings
    {
        private static readonly MqttSettings _instance = new MqttSettings();

        private MqttSettings()
        {
        }

        /// <summary>The one object.</summary>
        public static MqttSettings Instance => _instance;

        /// <summary>True: SslVerification.CertificateRequired; false: anybody may be the broker.</summary>
        public bool ValidateServerCertificate { get; set; } = true;
    }

    /// <summary>The client. Resolves the name once, here; never reconnects; wants Close after a failed Connect.</summary>
    public class MqttClient : IMqttClient, IDisposable
    {
        private readonly IPAddress _address;
        private readonly string _host;
        private readonly int _port;
        private readonly X509Certificate _ca;
        private readonly X509Certificate2 _own;
        private readonly MqttSslProtocols _protocol;
        private SimMqttClient _client;

        /// <summary>A client, not connected; throws without a network or without such a name.</summary>
        public MqttClient(string brokerHostName, int brokerPort, bool secure, X509Certificate caCert, X509Certificate clientCert, MqttSslProtocols sslProtocol)
        {
            if (!secure)
            {
                throw new NotSupportedException("the simulated board speaks TLS only");
            }

            if (sslProtocol == MqttSslProtocols.SSLv3 || sslProtocol == MqttSslProtocols.TLSv1_0 || sslProtocol == MqttSslProtocols.TLSv1_1)
            {
                throw new ArgumentException(nameof(sslProtocol));
            }

            try
            {
                _address = SimRadio.Resolve(brokerHostName);
            }
            catch (SimSocketException exception)
            {
                throw new SocketException(exception.Error);
            }

            _host = brokerHostName;
            _port = brokerPort;
            _ca = caCert;
            _own = clientCert as X509Certificate2;
            _protocol = sslProtocol;
        }

        /// <summary>The connection is gone.</summary>
        public event IMqttClient.ConnectionClosedEventHandler ConnectionClosed;

        /// <summary>A message arrived.</summary>
        public event IMqttClient.MqttMsgPublishEventHandler MqttMsgPublishReceived;

        /// <summary>A message was acknowledged, or given up.</summary>
        public event IMqttClient.MqttMsgPublishedEventHandler MqttMsgPublished;

        /// <summary>A subscription was answered.</summary>
        public event IMqttClient.MqttMsgSubscribedEventHandler MqttMsgSubscribed;

        /// <summary>True while connected.</summary>
        public bool IsConnected => _client != null && _client.IsConnected;

        /// <summary>Only 3.1.1 is spoken here.</summary>
        public MqttProtocolVersion ProtocolVersion { get; set; } = MqttProtocolVersion.Version_3_1_1;

        /// <summary>The settings of the process.</summary>
        public MqttSettings Settings => MqttSettings.Instance;

        /// <summary>Connects; throws MqttConnectionException when TCP or TLS fails, MqttCommunicationException when the broker does not answer.</summary>
        public MqttReasonCode Connect(string clientId, string username, string password, bool willRetain, MqttQoSLevel willQosLevel, bool willFlag, string willTopic, string willMessage, bool cleanSession, ushort keepAlivePeriod)
        {
            byte[] ca = _ca?.GetRawCertData();
            byte[] own = _own?.GetRawCertData();
            bool isTls13 = _protocol == MqttSslProtocols.None || _protocol == MqttSslProtocols.TLSv1_3;
            SimTlsParameters tls = new SimTlsParameters(_host, _address, _port, ca, own, _own?.PrivateKey, isTls13, Settings.ValidateServerCertificate);
            SimWill will = willFlag ? new SimWill(willTopic, willMessage, (int)willQosLevel, willRetain) : null;
            _client ??= new SimMqttClient(new Events(this));
            try
            {
                return (MqttReasonCode)_client.Connect(tls, clientId, cleanSession, keepAlivePeriod, will);
            }
            catch (SimSocketException exception)
            {
                throw new MqttConnectionException("Socket exception connecting to the broker", new SocketException(exception.Error));
            }
            catch (TimeoutException exception)
            {
                throw new MqttCommunicationException(exception);
            }
            catch (Exception exception)
            {
                throw new MqttConnectionException("Exception connecting to the broker", exception);
            }
        }

        /// <summary>Queues a message; returns its id.</summary>
        public ushort Publish(string topic, byte[] message, string contentType, System.Collections.ArrayList userProperties, MqttQoSLevel qosLevel, bool retain)
        {
            return Client().Publish(topic, message, (int)qosLevel, retain);
        }

        /// <summary>Queues a subscription; returns its id.</summary>
        public ushort Subscribe(string[] topics, MqttQoSLevel[] qosLevels)
        {
            byte[] levels = new byte[qosLevels.Length];
            for (int i = 0; i < levels.Length; i++)
            {
                levels[i] = (byte)qosLevels[i];
            }

            return Client().Subscribe(topics, levels);
        }

        /// <summary>Says good-bye to the broker.</summary>
        public void Disconnect() => _client?.Disconnect();

        /// <summary>Frees everything.</summary>
        public void Close() => _client?.Close();

        /// <summary>Frees everything.</summary>
        public void Dispose() => Close();

        private SimMqttClient Client() => _client ?? throw new MqttCommunicationException();

        /// <summary>Raises the events; every call comes on the dispatch thread.</summary>
        private sealed class Events : ISimMqttEvents
        {
            private readonly MqttClient _client;

            public Events(MqttClient client) => _client = client;

            public void OnMessage(string topic, byte[] payload, bool isDuplicate, int qualityOfService, bool isRetained)
            {
                _client.MqttMsgPublishReceived?.Invoke(_client, new MqttMsgPublishEventArgs(topic, payload, isDuplicate, (MqttQoSLevel)qualityOfService, isRetained));
            }

            public void OnPublished(ushort messageId, bool isPublished)
            {
                _client.MqttMsgPublished?.Invoke(_client, new MqttMsgPublishedEventArgs(messageId, isPublished));
            }

            public void OnSubscribed(ushort messageId, byte[] grantedLevels)
            {
                MqttQoSLevel[] levels = new MqttQoSLevel[grantedLevels.Length];
                for (int i = 0; i < levels.Length; i++)
                {
                    levels[i] = (MqttQoSLevel)grantedLevels[i];
                }

                _client.MqttMsgSubscribed?.Invoke(_client, new MqttMsgSubscribedEventArgs(messageId, levels));
            }

            public void OnClosed() => _client.ConnectionClosed?.Invoke(_client, EventArgs.Empty);
        }
    }
}

namespace nanoFramework.M2Mqtt.Exceptions
{
    /// <summary>No connection.</summary>
    public class MqttConnectionException : Exception
    {
        /// <summary>With the cause.</summary>
        public MqttConnectionException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }

    /// <summary>The broker does not answer, or the connection broke.</summary>
    public class MqttCommunicationException : Exception
    {
        /// <summary>Without a cause.</summary>
        public MqttCommunicationException()
        {
        }

        /// <summary>With the cause.</summary>
        public MqttCommunicationException(Exception e)
            : base(string.Empty, e)
        {
        }
    }
}

namespace nanoFramework.M2Mqtt.Messages
{
    /// <summary>A message that arrived.</summary>
    public class MqttMsgPublishEventArgs : EventArgs
    {
        /// <summary>A message.</summary>
        public MqttMsgPublishEventArgs(string topic, byte[] message, bool dupFlag, MqttQoSLevel qosLevel, bool retain)
        {
            Topic = topic;
            Message = message;
            DupFlag = dupFlag;
            QosLevel = qosLevel;
            Retain = retain;
        }

        /// <summary>Topic.</summary>
        public string Topic { get; }

        /// <summary>Payload.</summary>
        public byte[] Message { get; }

        /// <summary>Sent before.</summary>
        public bool DupFlag { get; }

        /// <summary>Quality of service.</summary>
        public MqttQoSLevel QosLevel { get; }

        /// <summary>Kept by the broker.</summary>
        public bool Retain { get; }
    }

    /// <summary>What became of a message.</summary>
    public class MqttMsgPublishedEventArgs : EventArgs
    {
        /// <summary>What became of it.</summary>
        public MqttMsgPublishedEventArgs(ushort messageId, bool isPublished)
        {
            MessageId = messageId;
            IsPublished = isPublished;
        }

        /// <summary>True when the broker acknowledged it.</summary>
        public bool IsPublished { get; set; }

        /// <summary>Id that Publish returned.</summary>
        public ushort MessageId { get; set; }
    }

    /// <summary>The answer to a subscription.</summary>
    public class MqttMsgSubscribedEventArgs : EventArgs
    {
        /// <summary>An answer.</summary>
        public MqttMsgSubscribedEventArgs(ushort messageId, MqttQoSLevel[] grantedQosLevels)
        {
            MessageId = messageId;
            GrantedQoSLevels = grantedQosLevels;
        }

        /// <summary>Id that Subscribe returned.</summary>
        public ushort MessageId { get; }

        /// <summary>What was granted, a filter each.</summary>
        public MqttQoSLevel[] GrantedQoSLevels { get; }
    }

    /// <summary>Quality of service.</summary>
    public enum MqttQoSLevel
    {
        /// <summary>0.</summary>
        AtMostOnce = 0,

        /// <summary>1.</summary>
        AtLeastOnce = 1,

        /// <summary>2.</summary>
        ExactlyOnce = 2,

        /// <summary>A subscription was refused.</summary>
        GrantedFailure = 128,
    }

    /// <summary>What the broker answered CONNECT.</summary>
    public enum MqttReasonCode
    {
        /// <summary>Accepted.</summary>
        Success = 0,

        /// <summary>Wrong MQTT version.</summary>
        ConnectionRefusedUnacceptableProtocolVersion = 1,

        /// <summary>Client id refused.</summary>
        ConnectionRefusedIdentifierRejected = 2,

        /// <summary>Broker not available.</summary>
        ConnectionRefusedServerUnavailable = 3,

        /// <summary>User or password wrong.</summary>
        ConnectionRefusedBadUserNameOrPassword = 4,

        /// <summary>Not authorized.</summary>
        ConnectionRefusedNotAuthorized = 5,
    }
}

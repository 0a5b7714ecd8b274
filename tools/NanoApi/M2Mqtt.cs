// Packages nanoFramework.M2Mqtt and nanoFramework.M2Mqtt.Core. No reconnect of its own; Close() after a failed Connect; events on the dispatch thread.

namespace nanoFramework.M2Mqtt
{
    public interface IMqttClient
    {
        bool IsConnected { get; }
        event IMqttClient.ConnectionClosedEventHandler ConnectionClosed;
        event IMqttClient.MqttMsgPublishEventHandler MqttMsgPublishReceived;
        event IMqttClient.MqttMsgPublishedEventHandler MqttMsgPublished;
        event IMqttClient.MqttMsgSubscribedEventHandler MqttMsgSubscribed;
        event IMqttClient.MqttMsgUnsubscribedEventHandler MqttMsgUnsubscribed;
        Messages.MqttReasonCode Connect(string clientId, string username, string password, bool willRetain, Messages.MqttQoSLevel willQosLevel, bool willFlag, string willTopic, string willMessage, bool cleanSession, ushort keepAlivePeriod);
        ushort Publish(string topic, byte[] message);
        ushort Publish(string topic, byte[] message, string contentType);
        ushort Publish(string topic, byte[] message, string contentType, System.Collections.ArrayList userProperties, Messages.MqttQoSLevel qosLevel, bool retain);
        ushort Subscribe(string[] topics, Messages.MqttQoSLevel[] qosLevels);
        ushort Unsubscribe(string[] topics);
        void Close();
        void Disconnect();
        void Init(string brokerHostName, int brokerPort, bool secure, byte[] caCert, byte[] clientCert, MqttSslProtocols sslProtocol);

        public delegate void MqttMsgPublishedEventHandler(object sender, Messages.MqttMsgPublishedEventArgs e);

        public delegate void MqttMsgSubscribedEventHandler(object sender, Messages.MqttMsgSubscribedEventArgs e);

        public delegate void ConnectionClosedEventHandler(object sender, System.EventArgs e);

        public delegate void MqttMsgPublishEventHandler(object sender, Messages.MqttMsgPublishEventArgs e);

        public delegate void MqttMsgUnsubscribedEventHandler(object sender, Messages.MqttMsgUnsubscribedEventArgs e);
    }

    public class MqttClient : IMqttClient, System.IDisposable
    {
        public MqttClient(string brokerHostName, int brokerPort, bool secure, System.Security.Cryptography.X509Certificates.X509Certificate caCert, System.Security.Cryptography.X509Certificates.X509Certificate clientCert, MqttSslProtocols sslProtocol) => throw null;
        public bool IsConnected => throw null;
        public event IMqttClient.ConnectionClosedEventHandler ConnectionClosed { add { } remove { } }
        public event IMqttClient.MqttMsgPublishEventHandler MqttMsgPublishReceived { add { } remove { } }
        public event IMqttClient.MqttMsgPublishedEventHandler MqttMsgPublished { add { } remove { } }
        public event IMqttClient.MqttMsgSubscribedEventHandler MqttMsgSubscribed { add { } remove { } }
        public event IMqttClient.MqttMsgUnsubscribedEventHandler MqttMsgUnsubscribed { add { } remove { } }
        public MqttProtocolVersion ProtocolVersion { get => throw null; set => throw null; }
        public MqttSettings Settings => throw null;
        public Messages.MqttReasonCode Connect(string clientId, string username, string password, bool willRetain, Messages.MqttQoSLevel willQosLevel, bool willFlag, string willTopic, string willMessage, bool cleanSession, ushort keepAlivePeriod) => throw null;
        public ushort Publish(string topic, byte[] message) => throw null;
        public ushort Publish(string topic, byte[] message, string contentType) => throw null;
        public ushort Publish(string topic, byte[] message, string contentType, System.Collections.ArrayList userProperties, Messages.MqttQoSLevel qosLevel, bool retain) => throw null;
        public ushort Subscribe(string[] topics, Messages.MqttQoSLevel[] qosLevels) => throw null;
        public ushort Unsubscribe(string[] topics) => throw null;
        public void Close() => throw null;
        public void Disconnect() => throw null;
        public void Dispose() => throw null;
        public void Init(string brokerHostName, int brokerPort, bool secure, byte[] caCert, byte[] clientCert, MqttSslProtocols sslProtocol) => throw null;
    }

    public enum MqttProtocolVersion
    {
        Version_3_1 = 3,
        Version_3_1_1 = 4,
        Version_5 = 5,
    }

    public class MqttSettings
    {
        public bool ValidateServerCertificate { get => throw null; set => throw null; }
        public static MqttSettings Instance => throw null;
    }

    public enum MqttSslProtocols
    {
        None = 0,
        SSLv3 = 1,
        TLSv1_0 = 2,
        TLSv1_1 = 3,
        TLSv1_2 = 4,
        TLSv1_3 = 5,
    }
}

namespace nanoFramework.M2Mqtt.Exceptions
{
    public enum MqttClientErrorCode
    {
        WillWrong = 1,
        KeepAliveWrong = 2,
        TopicWildcard = 3,
        TopicLength = 4,
        QosNotAllowed = 5,
        TopicsEmpty = 6,
        QosLevelsEmpty = 7,
        TopicsQosLevelsNotMatch = 8,
        WrongBrokerMessage = 9,
        WrongMessageId = 10,
        InflightQueueFull = 11,
        InvalidFlagBits = 12,
        InvalidConnectFlags = 13,
        InvalidClientId = 14,
        InvalidProtocolName = 15,
    }

    public class MqttClientException : System.Exception
    {
        public MqttClientException(MqttClientErrorCode errorCode) => throw null;
        public MqttClientErrorCode ErrorCode { get => throw null; set => throw null; }
    }

    public class MqttCommunicationException : System.Exception
    {
        public MqttCommunicationException() => throw null;
        public MqttCommunicationException(System.Exception e) => throw null;
    }

    public class MqttConnectionException : System.Exception
    {
        public MqttConnectionException(string message, System.Exception innerException) => throw null;
    }

    public class MqttTimeoutException : System.Exception
    {
        public MqttTimeoutException() => throw null;
    }
}

namespace nanoFramework.M2Mqtt.Messages
{
    public class MqttMsgPublishEventArgs : System.EventArgs
    {
        public MqttMsgPublishEventArgs(string topic, byte[] message, bool dupFlag, MqttQoSLevel qosLevel, bool retain) => throw null;
        public bool DupFlag => throw null;
        public bool Retain => throw null;
        public byte[] Message => throw null;
        public MqttQoSLevel QosLevel => throw null;
        public string Topic => throw null;
    }

    public class MqttMsgPublishedEventArgs : System.EventArgs
    {
        public MqttMsgPublishedEventArgs(ushort messageId) => throw null;
        public MqttMsgPublishedEventArgs(ushort messageId, bool isPublished) => throw null;
        public bool IsPublished { get => throw null; set => throw null; }
        public ushort MessageId { get => throw null; set => throw null; }
    }

    public class MqttMsgSubscribedEventArgs : System.EventArgs
    {
        public MqttMsgSubscribedEventArgs(ushort messageId, MqttQoSLevel[] grantedQosLevels) => throw null;
        public MqttQoSLevel[] GrantedQoSLevels => throw null;
        public ushort MessageId => throw null;
    }

    public class MqttMsgUnsubscribedEventArgs : System.EventArgs
    {
        public MqttMsgUnsubscribedEventArgs(ushort messageId) => throw null;
        public ushort MessageId => throw null;
    }

    public enum MqttQoSLevel
    {
        AtMostOnce = 0,
        AtLeastOnce = 1,
        ExactlyOnce = 2,
        GrantedFailure = 128,
    }

    public enum MqttReasonCode
    {
        Success = 0,
        NormalDisconnection = 0,
        GrantedQoS0 = 0,
        GrantedQoS1 = 1,
        GrantedQoS2 = 2,
        DisconnectWithWillMessage = 4,
        NoMatchingSubscribers = 16,
        NoSubscriptionExisted = 17,
        ContinueAuthentication = 24,
        ReAuthenticate = 25,
        UnspecifiedError = 128,
        MalformedPacket = 129,
        ProtocolError = 130,
        ImplementationSpecificError = 131,
        UnsupportedProtocolVersion = 132,
        ClientIdentifierNotValid = 133,
        BadUserNameOrPassword = 134,
        NotAuthorized = 135,
        ServerUnavailable = 136,
        ServerBusy = 137,
        Banned = 138,
        ServeShuttingDown = 139,
        BadAuthenticationMethod = 140,
        KeepAliveTimeout = 141,
        SessionTakenOver = 142,
        TopicFilterInvalid = 143,
        TopicNameInvalid = 144,
        PacketIdentifierInUse = 145,
        PacketIdentifierNotFound = 146,
        ReceiveMaximumExceeded = 147,
        TopicAliasInvalid = 148,
        PacketTooLarge = 149,
        MessageRateTooHigh = 150,
        QuotaExceeded = 151,
        AdministrativeAction = 152,
        PayloadFormatInvalid = 153,
        RetainNotSupported = 154,
        QoSNotSupported = 155,
        UseAnotherServer = 156,
        ServerMoved = 157,
        SharedSubscriptionsNotSupported = 158,
        ConnectionRateExceeded = 159,
        MaximumConnectTime = 160,
        SubscriptionIdentifiersNotSupported = 161,
        WildcardSubscriptionsNotSupported = 162,
        ConnectionRefusedUnacceptableProtocolVersion = 1,
        ConnectionRefusedIdentifierRejected = 2,
        ConnectionRefusedServerUnavailable = 3,
        ConnectionRefusedBadUserNameOrPassword = 4,
        ConnectionRefusedNotAuthorized = 5,
    }
}

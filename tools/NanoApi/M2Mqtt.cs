// Packages nanoFramework.M2Mqtt and nanoFramework.M2Mqtt.Core. No reconnect of its own; Close() after a failed Connect; events on the dispatch thread.

namespace nanoFramework.M2Mqtt
{
    public interface IMqttClient
    {
        Messages.MqttReasonCode Connect(string clientId, string username, string password, bool willRetain, Messages.MqttQoSLevel willQosLevel, bool willFlag, string willTopic, string willMessage, bool cleanSession, ushort keepAlivePeriod);
        ushort Publish(string topic, byte[] message, string contentType, System.Collections.ArrayList userProperties, Messages.MqttQoSLevel qosLevel, bool retain);
        ushort Subscribe(string[] topics, Messages.MqttQoSLevel[] qosLevels);
        void Close();
        void Disconnect();

        public delegate void ConnectionClosedEventHandler(object sender, System.EventArgs e);

        public delegate void MqttMsgPublishEventHandler(object sender, Messages.MqttMsgPublishEventArgs e);

        public delegate void MqttMsgPublishedEventHandler(object sender, Messages.MqttMsgPublishedEventArgs e);

        public delegate void MqttMsgSubscribedEventHandler(object sender, Messages.MqttMsgSubscribedEventArgs e);
    }

    public class MqttClient : IMqttClient, System.IDisposable
    {
        public MqttClient(string brokerHostName, int brokerPort, bool secure, System.Security.Cryptography.X509Certificates.X509Certificate caCert, System.Security.Cryptography.X509Certificates.X509Certificate clientCert, MqttSslProtocols sslProtocol) => throw null;
        public bool IsConnected => throw null;
        public event IMqttClient.ConnectionClosedEventHandler ConnectionClosed { add { } remove { } }
        public event IMqttClient.MqttMsgPublishEventHandler MqttMsgPublishReceived { add { } remove { } }
        public event IMqttClient.MqttMsgPublishedEventHandler MqttMsgPublished { add { } remove { } }
        public event IMqttClient.MqttMsgSubscribedEventHandler MqttMsgSubscribed { add { } remove { } }
        public MqttProtocolVersion ProtocolVersion { get => throw null; set => throw null; }
        public MqttSettings Settings => throw null;
        public Messages.MqttReasonCode Connect(string clientId, string username, string password, bool willRetain, Messages.MqttQoSLevel willQosLevel, bool willFlag, string willTopic, string willMessage, bool cleanSession, ushort keepAlivePeriod) => throw null;
        public ushort Publish(string topic, byte[] message, string contentType, System.Collections.ArrayList userProperties, Messages.MqttQoSLevel qosLevel, bool retain) => throw null;
        public ushort Subscribe(string[] topics, Messages.MqttQoSLevel[] qosLevels) => throw null;
        public void Close() => throw null;
        public void Disconnect() => throw null;
        public void Dispose() => throw null;
    }

    public enum MqttProtocolVersion
    {
        Version_3_1 = 3,
        Version_3_1_1 = 4,
        Version_5 = 5,
    }

    public class MqttSettings
    {
        internal MqttSettings() => throw null;
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
    public class MqttCommunicationException : System.Exception
    {
        public MqttCommunicationException() => throw null;
        public MqttCommunicationException(System.Exception e) => throw null;
    }

    public class MqttConnectionException : System.Exception
    {
        public MqttConnectionException(string message, System.Exception innerException) => throw null;
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
        ConnectionRefusedUnacceptableProtocolVersion = 1,
        ConnectionRefusedIdentifierRejected = 2,
        ConnectionRefusedServerUnavailable = 3,
        ConnectionRefusedBadUserNameOrPassword = 4,
        ConnectionRefusedNotAuthorized = 5,
    }
}

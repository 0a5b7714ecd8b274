// Package nanoFramework.System.Net.

namespace System.Net
{
    public abstract class EndPoint
    {
        protected EndPoint() => throw null;
    }

    public class IPAddress
    {
        public static readonly IPAddress Any;
        public IPAddress(byte[] address) => throw null;
    }

    public class IPEndPoint : EndPoint
    {
        public IPEndPoint(IPAddress address, int port) => throw null;
    }
}

namespace System.Net.NetworkInformation
{
    public enum AuthenticationType
    {
        Open = 4,
        WPA2 = 8,
    }

    public enum EncryptionType
    {
        None = 0,
        WPA2_PSK = 5,
    }

    public class WirelessAPConfiguration
    {
        public AuthenticationType Authentication { get => throw null; set => throw null; }
        public EncryptionType Encryption { get => throw null; set => throw null; }
        public WirelessAPConfiguration.ConfigurationOptions Options { get => throw null; set => throw null; }
        public byte MaxConnections { get => throw null; set => throw null; }
        public string Password { get => throw null; set => throw null; }
        public string Ssid { get => throw null; set => throw null; }
        public WirelessAPConfiguration(uint id) => throw null;
        public static WirelessAPConfiguration[] GetAllWirelessAPConfigurations() => throw null;
        public void SaveConfiguration() => throw null;

        public enum ConfigurationOptions
        {
            None = 0,
            Disable = 1,
            Enable = 2,
            AutoStart = 6,
        }
    }

    public class NetworkInterface
    {
        public void EnableStaticIPv4(string ipv4Address, string ipv4SubnetMask, string ipv4GatewayAddress) => throw null;
        public NetworkInterfaceType NetworkInterfaceType => throw null;
        public byte[] PhysicalAddress { get => throw null; set => throw null; }
        protected NetworkInterface(int interfaceIndex) => throw null;
        public static NetworkInterface[] GetAllNetworkInterfaces() => throw null;
    }

    public enum NetworkInterfaceType
    {
        Unknown = 1,
        Ethernet = 6,
        Wireless80211 = 71,
        WirelessAP = 72,
    }

    public class Wireless80211Configuration
    {
        public Wireless80211Configuration.ConfigurationOptions Options { get => throw null; set => throw null; }
        public Wireless80211Configuration(uint id) => throw null;
        public static Wireless80211Configuration[] GetAllWireless80211Configurations() => throw null;
        public void SaveConfiguration() => throw null;

        public enum ConfigurationOptions
        {
            None = 0,
            Disable = 1,
            Enable = 2,
            AutoConnect = 6,
            SmartConfig = 10,
        }
    }
}

namespace System.Net.Sockets
{
    public class Socket : IDisposable
    {
        public int Available => throw null;
        public int SendTimeout { get => throw null; set => throw null; }
        public Socket(AddressFamily addressFamily, SocketType socketType, ProtocolType protocolType) => throw null;
        public Socket Accept() => throw null;
        public bool Poll(int microSeconds, SelectMode mode) => throw null;
        public int Receive(byte[] buffer, int offset, int size, SocketFlags socketFlags) => throw null;
        public int Send(byte[] buffer) => throw null;
        protected virtual void Dispose(bool disposing) => throw null;
        public void Bind(EndPoint localEP) => throw null;
        public void Close() => throw null;
        public void Listen(int backlog) => throw null;
        void IDisposable.Dispose() => throw null;
    }

    public enum AddressFamily
    {
        InterNetwork = 2,
    }

    public enum ProtocolType
    {
        Tcp = 6,
    }

    public enum SelectMode
    {
        SelectRead = 0,
        SelectWrite = 1,
        SelectError = 2,
    }

    public enum SocketFlags
    {
        None = 0,
    }

    public enum SocketType
    {
        Stream = 1,
    }

    public class SocketException : Exception
    {
        public SocketException(SocketError errorCode) => throw null;
        public int ErrorCode => throw null;
    }

    public enum SocketError
    {
        Success = 0,
        SocketError = -1,
        Interrupted = 10004,
        AccessDenied = 10013,
        Fault = 10014,
        InvalidArgument = 10022,
        TooManyOpenSockets = 10024,
        WouldBlock = 10035,
        InProgress = 10036,
        AlreadyInProgress = 10037,
        NotSocket = 10038,
        DestinationAddressRequired = 10039,
        MessageSize = 10040,
        ProtocolType = 10041,
        ProtocolOption = 10042,
        ProtocolNotSupported = 10043,
        SocketNotSupported = 10044,
        OperationNotSupported = 10045,
        ProtocolFamilyNotSupported = 10046,
        AddressFamilyNotSupported = 10047,
        AddressAlreadyInUse = 10048,
        AddressNotAvailable = 10049,
        NetworkDown = 10050,
        NetworkUnreachable = 10051,
        NetworkReset = 10052,
        ConnectionAborted = 10053,
        ConnectionReset = 10054,
        NoBufferSpaceAvailable = 10055,
        IsConnected = 10056,
        NotConnected = 10057,
        Shutdown = 10058,
        TimedOut = 10060,
        ConnectionRefused = 10061,
        HostDown = 10064,
        HostUnreachable = 10065,
        ProcessLimit = 10067,
        SystemNotReady = 10091,
        VersionNotSupported = 10092,
        NotInitialized = 10093,
        Disconnecting = 10101,
        TypeNotFound = 10109,
        HostNotFound = 11001,
        TryAgain = 11002,
        NoRecovery = 11003,
        NoData = 11004,
    }
}

namespace System.Net.Security
{
    public static class CertificateManager
    {
        public static bool AddCaCertificateBundle(byte[] ca) => throw null;
    }
}

namespace System.Security.Cryptography.X509Certificates
{
    public class X509Certificate
    {
        public X509Certificate() => throw null;
        public X509Certificate(byte[] certificate) => throw null;
        public virtual byte[] GetRawCertData() => throw null;
    }

    public class X509Certificate2 : X509Certificate
    {
        public X509Certificate2(byte[] rawData, byte[] key, string password) => throw null;
        public bool HasPrivateKey => throw null;
        public byte[] PrivateKey => throw null;
    }
}

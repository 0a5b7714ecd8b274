// Shadows of package nanoFramework.System.Net, on the simulated network.
using DeviceFirmware.NanoSim.Host;

namespace System.Net.NetworkInformation
{
    /// <summary>Kinds of interface.</summary>
    public enum NetworkInterfaceType
    {
        /// <summary>Unknown.</summary>
        Unknown = 1,

        /// <summary>Cable.</summary>
        Ethernet = 6,

        /// <summary>Wi-Fi station.</summary>
        Wireless80211 = 71,

        /// <summary>Wi-Fi access point.</summary>
        WirelessAP = 72,
    }

    /// <summary>The Wi-Fi station.</summary>
    public class NetworkInterface
    {
        /// <summary>The interface.</summary>
        protected NetworkInterface(int interfaceIndex)
        {
        }

        /// <summary>Always the Wi-Fi station.</summary>
        public NetworkInterfaceType NetworkInterfaceType => NetworkInterfaceType.Wireless80211;

        /// <summary>The station MAC.</summary>
        public byte[] PhysicalAddress
        {
            get => (byte[])SimBoard.Options.Mac.Clone();
            set => throw new NotSupportedException();
        }

        /// <summary>The loopback has its address.</summary>
        public void EnableStaticIPv4(string ipv4Address, string ipv4SubnetMask, string ipv4GatewayAddress)
        {
        }

        /// <summary>The one interface.</summary>
        public static NetworkInterface[] GetAllNetworkInterfaces() => new NetworkInterface[] { new NetworkInterface(0) };
    }

    /// <summary>The stored Wi-Fi configuration; as delivered it also listens for SmartConfig.</summary>
    public class Wireless80211Configuration
    {
        private static ConfigurationOptions _options = ConfigurationOptions.AutoConnect | ConfigurationOptions.SmartConfig;

        /// <summary>A configuration.</summary>
        public Wireless80211Configuration(uint id)
        {
        }

        /// <summary>What the station does by itself.</summary>
        public ConfigurationOptions Options { get; set; } = _options;

        /// <summary>All configurations.</summary>
        public static Wireless80211Configuration[] GetAllWireless80211Configurations()
        {
            return new Wireless80211Configuration[] { new Wireless80211Configuration(0) };
        }

        /// <summary>Stores the configuration.</summary>
        public void SaveConfiguration() => _options = Options;

        /// <summary>Options of the station.</summary>
        public enum ConfigurationOptions
        {
            /// <summary>None.</summary>
            None = 0,

            /// <summary>Off.</summary>
            Disable = 1,

            /// <summary>On.</summary>
            Enable = 2,

            /// <summary>On, joins by itself.</summary>
            AutoConnect = 6,

            /// <summary>On, listens for SmartConfig.</summary>
            SmartConfig = 10,
        }
    }
}

namespace System.Net.Sockets
{
    /// <summary>The socket layer failed.</summary>
    public class SocketException : Exception
    {
        private readonly int _errorCode;

        /// <summary>With a code.</summary>
        public SocketException(SocketError errorCode) => _errorCode = (int)errorCode;

        /// <summary>The code.</summary>
        public int ErrorCode => _errorCode;
    }
}

namespace System.Net.Security
{
    /// <summary>The device's own CA store.</summary>
    public static class CertificateManager
    {
        /// <summary>Replaces the store.</summary>
        public static bool AddCaCertificateBundle(byte[] ca)
        {
            SimTrust.StoreBundle(ca);
            return true;
        }
    }
}

namespace System.Security.Cryptography.X509Certificates
{
    /// <summary>A certificate, as bytes: DER, or PEM with a NUL at the end.</summary>
    public class X509Certificate
    {
        private readonly byte[] _data;

        /// <summary>No certificate.</summary>
        public X509Certificate()
        {
        }

        /// <summary>From DER, or PEM with a NUL at the end.</summary>
        public X509Certificate(byte[] certificate)
        {
            if (!SimTls.IsCertificate(certificate))
            {
                throw new ArgumentException("not a certificate");
            }

            _data = certificate;
        }

        /// <summary>The bytes.</summary>
        public virtual byte[] GetRawCertData() => _data;
    }

    /// <summary>A certificate and its private key. Keeps the key array as it is; nothing checks that the two belong together.</summary>
    public class X509Certificate2 : X509Certificate
    {
        private readonly byte[] _key;

        /// <summary>From DER, or PEM with a NUL at the end; the key SEC1 or PKCS#8.</summary>
        public X509Certificate2(byte[] rawData, byte[] key, string password)
            : base(rawData)
        {
            _key = key;
        }

        /// <summary>True with a key.</summary>
        public bool HasPrivateKey => _key != null;

        /// <summary>The key array itself.</summary>
        public byte[] PrivateKey => _key;
    }
}

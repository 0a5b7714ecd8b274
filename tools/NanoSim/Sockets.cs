// Shadows of package nanoFramework.System.Net: the access point and what listens on it.
using DeviceFirmware.NanoSim.Host;

namespace System.Net.NetworkInformation
{
    /// <summary>Who may join.</summary>
    public enum AuthenticationType
    {
        /// <summary>Everybody.</summary>
        Open = 4,

        /// <summary>Who knows the passphrase.</summary>
        WPA2 = 8,
    }

    /// <summary>How frames are encrypted.</summary>
    public enum EncryptionType
    {
        /// <summary>Not.</summary>
        None = 0,

        /// <summary>WPA2 with a passphrase.</summary>
        WPA2_PSK = 5,
    }

    /// <summary>The stored settings of the access point. They count from the next start on.</summary>
    public class WirelessAPConfiguration
    {
        /// <summary>A configuration.</summary>
        public WirelessAPConfiguration(uint id)
        {
        }

        /// <summary>What it does by itself.</summary>
        public ConfigurationOptions Options { get; set; }

        /// <summary>Who may join.</summary>
        public AuthenticationType Authentication { get; set; }

        /// <summary>How frames are encrypted.</summary>
        public EncryptionType Encryption { get; set; }

        /// <summary>Stations at once.</summary>
        public byte MaxConnections { get; set; }

        /// <summary>Its name.</summary>
        public string Ssid { get; set; }

        /// <summary>Its passphrase.</summary>
        public string Password { get; set; }

        /// <summary>All configurations.</summary>
        public static WirelessAPConfiguration[] GetAllWirelessAPConfigurations()
        {
            var stored = SimAccessPoint.Load();
            return new WirelessAPConfiguration[] { new WirelessAPConfiguration(0) { Options = (ConfigurationOptions)stored.Options, Ssid = stored.Ssid, Password = stored.Password } };
        }

        /// <summary>Stores the configuration.</summary>
        public void SaveConfiguration() => SimAccessPoint.Store((int)Options, Ssid, Password);

        /// <summary>Options of the access point.</summary>
        public enum ConfigurationOptions
        {
            /// <summary>None.</summary>
            None = 0,

            /// <summary>Off.</summary>
            Disable = 1,

            /// <summary>On.</summary>
            Enable = 2,

            /// <summary>On, from each start.</summary>
            AutoStart = 6,
        }
    }
}

namespace System.Net.Sockets
{
    /// <summary>A TCP socket that can only listen, on the access point.</summary>
    public class Socket : IDisposable
    {
        private SimSocket _socket;

        /// <summary>A socket.</summary>
        public Socket(AddressFamily addressFamily, SocketType socketType, ProtocolType protocolType)
        {
        }

        private Socket(SimSocket accepted) => _socket = accepted;

        /// <summary>Bytes that wait.</summary>
        public int Available => _socket.Available;

        /// <summary>Milliseconds that Send waits.</summary>
        public int SendTimeout { get; set; }

        /// <summary>Port 80 of every interface.</summary>
        public void Bind(EndPoint localEP)
        {
        }

        /// <summary>Listens.</summary>
        public void Listen(int backlog)
        {
            try
            {
                _socket = SimSocket.Listen(backlog);
            }
            catch (SimSocketException exception)
            {
                throw new SocketException(exception.Error);
            }
        }

        /// <summary>True when Accept or Receive would not wait.</summary>
        public bool Poll(int microSeconds, SelectMode mode) => _socket.Poll(microSeconds);

        /// <summary>Takes a connection.</summary>
        public Socket Accept() => new Socket(_socket.Accept());

        /// <summary>Takes what has arrived.</summary>
        public int Receive(byte[] buffer, int offset, int size, SocketFlags socketFlags) => _socket.Receive(buffer, offset, size);

        /// <summary>Sends all.</summary>
        public int Send(byte[] buffer) => _socket.Send(buffer, SendTimeout);

        /// <summary>Closes.</summary>
        public void Close() => _socket?.Close();

        /// <summary>Closes.</summary>
        void IDisposable.Dispose() => Dispose(true);

        /// <summary>Closes.</summary>
        protected virtual void Dispose(bool disposing) => Close();
    }
}

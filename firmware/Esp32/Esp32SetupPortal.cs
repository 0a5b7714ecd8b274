using System;
using System.Device.Gpio;
using System.Net.NetworkInformation;
using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;

namespace DeviceFirmware.Esp32
{
    /// <summary>
    /// The button, the CLR's access point and the page's socket. The access point's settings lie in the CLR's own configuration, passphrase
    /// included, and count from the next start on: so the board restarts to open it, and to close it. Chips without a pulse counter (ESP32-C3)
    /// have no button here, and no page.
    /// </summary>
    public sealed class Esp32SetupPortal : ISetupPortal
    {
        private const string Address = "192.168.4.1";
        private const string Mask = "255.255.255.0";

        /// <summary>The most that the hardware filter takes, clocks of 12.5 ns: bounces that are longer count as presses of the same hand.</summary>
        private const ushort Filter = 1023;

        private readonly GpioPulseCounter _button;
        private readonly SetupSocket _socket = new SetupSocket();
        private long _presses;

        /// <summary>A portal whose button pulls that GPIO low.</summary>
        public Esp32SetupPortal(int buttonPin)
        {
            try
            {
                _button = new GpioPulseCounter(buttonPin);
                _button.Polarity = GpioPulsePolarity.Falling;
                _button.FilterPulses = Filter;
                _button.Start();
            }
            catch (Exception)
            {
                _button = null;
            }

            IsOpen = IsEnabled() && _socket.Open();
        }

        /// <inheritdoc/>
        public bool NeedsRestart { get; private set; }

        /// <inheritdoc/>
        public bool IsOpen { get; private set; }

        /// <inheritdoc/>
        public bool WasPressed()
        {
            if (_button is null)
            {
                return false;
            }

            long presses = _button.Read().Count;
            bool pressed = presses != _presses;
            _presses = presses;
            return pressed;
        }

        /// <inheritdoc/>
        public bool Open(string name, byte[] passphrase)
        {
            if (name is null || passphrase is null)
            {
                throw new ArgumentNullException(nameof(name));
            }

            WirelessAPConfiguration point = AccessPoint();
            if (point is null)
            {
                return false;
            }

            NetworkInterface network = InterfaceOf(NetworkInterfaceType.WirelessAP);
            if (!(network is null))
            {
                network.EnableStaticIPv4(Address, Mask, Address);
            }

            point.Options = WirelessAPConfiguration.ConfigurationOptions.AutoStart;
            point.Authentication = AuthenticationType.WPA2;
            point.Encryption = EncryptionType.WPA2_PSK;
            point.MaxConnections = 1;
            point.Ssid = name;

            // The platform takes nothing but a string.
            point.Password = Ascii.GetString(passphrase, 0, passphrase.Length);
            point.SaveConfiguration();
            NeedsRestart = true;
            return false;
        }

        /// <inheritdoc/>
        public byte[] Receive(int maximum)
        {
            return IsOpen ? _socket.Receive(maximum) : null;
        }

        /// <inheritdoc/>
        public void Reply(byte[] response)
        {
            _socket.Reply(response);
        }

        /// <inheritdoc/>
        public void Close()
        {
            _socket.Close();
            WirelessAPConfiguration point = AccessPoint();
            if (!(point is null))
            {
                point.Options = WirelessAPConfiguration.ConfigurationOptions.Disable;
                point.Password = "";
                point.SaveConfiguration();
            }

            NeedsRestart = IsOpen;
            IsOpen = false;
        }

        private static bool IsEnabled()
        {
            WirelessAPConfiguration point = AccessPoint();
            return !(point is null) && point.Options == WirelessAPConfiguration.ConfigurationOptions.AutoStart;
        }

        private static WirelessAPConfiguration AccessPoint()
        {
            WirelessAPConfiguration[] all = WirelessAPConfiguration.GetAllWirelessAPConfigurations();
            return all.Length == 0 ? null : all[0];
        }

        private static NetworkInterface InterfaceOf(NetworkInterfaceType kind)
        {
            NetworkInterface[] all = NetworkInterface.GetAllNetworkInterfaces();
            for (int i = 0; i < all.Length; i++)
            {
                if (all[i].NetworkInterfaceType == kind)
                {
                    return all[i];
                }
            }

            return null;
        }
    }
}

// Shadows of package nanoFramework.System.Device.Wifi, on the simulated radio.
using System.Threading;
using DeviceFirmware.NanoSim.Host;

namespace System.Device.Wifi
{
    /// <summary>Whether the station joins again by itself.</summary>
    public enum WifiReconnectionKind
    {
        /// <summary>By itself.</summary>
        Automatic = 0,

        /// <summary>Not by itself.</summary>
        Manual = 1,
    }

    /// <summary>The Wi-Fi station.</summary>
    public sealed class WifiAdapter : IDisposable
    {
        private WifiAdapter()
        {
        }

        /// <summary>The one station.</summary>
        public static WifiAdapter[] FindAllAdapters() => new WifiAdapter[] { new WifiAdapter() };

        /// <summary>Starts a scan, which needs the radio.</summary>
        public void ScanAsync() => SimRadio.Scan();

        /// <summary>Nothing to do here.</summary>
        public void Dispose()
        {
        }
    }
}

namespace nanoFramework.Networking
{
    /// <summary>Joins networks.</summary>
    public static class WifiNetworkHelper
    {
        /// <summary>Joins a network and waits for an address.</summary>
        public static bool ConnectDhcp(string ssid, string password, System.Device.Wifi.WifiReconnectionKind reconnectionKind = System.Device.Wifi.WifiReconnectionKind.Automatic, bool requiresDateTime = false, int wifiAdapterId = 0, CancellationToken token = default)
        {
            return SimRadio.Join(ssid);
        }
    }
}

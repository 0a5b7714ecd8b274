using System;
using System.Device.Wifi;
using System.Net.NetworkInformation;
using System.Threading;
using DeviceFirmware.Ports;
using nanoFramework.Networking;

namespace DeviceFirmware.Esp32
{
    /// <summary>The Wi-Fi station of the ESP32.</summary>
    public sealed class Esp32Radio : IRadio
    {
        private const int StartAttempts = 10;
        private const int StartPauseMilliseconds = 500;

        private bool _isOn;

        /// <summary>True once the radio was seen working; what <c>esp_random</c> needs to be a true random source.</summary>
        public bool IsOn
        {
            get { return _isOn; }
        }

        /// <inheritdoc/>
        public bool Start()
        {
            EnableStation();
            for (int attempt = 0; attempt < StartAttempts; attempt++)
            {
                if (Scan())
                {
                    _isOn = true;
                    return true;
                }

                Thread.Sleep(StartPauseMilliseconds);
            }

            return false;
        }

        /// <inheritdoc/>
        public bool Join(string ssid, string password, int timeoutMilliseconds)
        {
            CancellationTokenSource deadline = new CancellationTokenSource(timeoutMilliseconds);
            try
            {
                // requiresDateTime stays false: a network without SNTP is still a network, and network time is a hint only.
                bool joined = WifiNetworkHelper.ConnectDhcp(ssid, password, WifiReconnectionKind.Automatic, false, 0, deadline.Token);
                if (joined)
                {
                    _isOn = true;
                }

                return joined;
            }
            catch (Exception)
            {
                return false;
            }
            finally
            {
                deadline.Dispose();
            }
        }

        /// <summary>
        /// Station on, nothing else. The CLR's default also listens for SmartConfig, where any phone in reach could hand the board a network.
        /// </summary>
        private static void EnableStation()
        {
            Wireless80211Configuration[] stations = Wireless80211Configuration.GetAllWireless80211Configurations();
            for (int i = 0; i < stations.Length; i++)
            {
                if (stations[i].Options != Wireless80211Configuration.ConfigurationOptions.Enable)
                {
                    stations[i].Options = Wireless80211Configuration.ConfigurationOptions.Enable;
                    stations[i].SaveConfiguration();
                }
            }
        }

        /// <summary>A scan starts only on a started radio, so its success is the proof that the radio is on.</summary>
        private static bool Scan()
        {
            try
            {
                WifiAdapter[] adapters = WifiAdapter.FindAllAdapters();
                if (adapters.Length == 0)
                {
                    return false;
                }

                adapters[0].ScanAsync();
                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }
    }
}

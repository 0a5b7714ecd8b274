using DeviceFirmware.Ports;

namespace DeviceFirmware.Memory
{
    /// <summary>A radio. Once on, its noise source promises true randomness, as on an ESP32.</summary>
    public sealed class MemoryRadio : IRadio
    {
        private readonly MemoryEntropy _entropy;

        /// <summary>A radio that feeds that noise source; null when it feeds none.</summary>
        public MemoryRadio(MemoryEntropy entropy)
        {
            _entropy = entropy;
        }

        /// <summary>False: the hardware refuses.</summary>
        public bool Starts { get; set; } = true;

        /// <summary>False: the network is not there.</summary>
        public bool Joins { get; set; } = true;

        /// <summary>True once it was turned on.</summary>
        public bool IsOn { get; private set; }

        /// <summary>Attempts to join a network.</summary>
        public int JoinCount { get; private set; }

        /// <summary>The network of the last attempt.</summary>
        public string Ssid { get; private set; }

        /// <summary>The password of the last attempt.</summary>
        public string Password { get; private set; }

        /// <summary>A network that lets nobody in; null for none.</summary>
        public string Refuses { get; set; }

        /// <inheritdoc/>
        public bool Start()
        {
            if (Starts)
            {
                IsOn = true;
                if (!(_entropy is null))
                {
                    _entropy.IsTrueRandom = true;
                }
            }

            return Starts;
        }

        /// <inheritdoc/>
        public bool Join(string ssid, string password, int timeoutMilliseconds)
        {
            JoinCount++;
            Ssid = ssid;
            Password = password;
            return Joins && ssid != Refuses;
        }
    }
}

using DeviceFirmware.Ports;

namespace DeviceFirmware.Memory
{
    /// <summary>A device's CA store.</summary>
    public sealed class MemoryTrustStore : ITrustStore
    {
        /// <summary>What is in it; null: nothing.</summary>
        public byte[] Bundle { get; set; }

        /// <inheritdoc/>
        public byte[] CaBundle()
        {
            return Bundle;
        }

        /// <inheritdoc/>
        public void Clear()
        {
            Bundle = null;
        }
    }
}

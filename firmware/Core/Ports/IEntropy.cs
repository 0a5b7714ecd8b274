namespace DeviceFirmware.Ports
{
    /// <summary>The noise source. On an ESP32 this is <c>esp_random</c>: a true random source only while the radio is on.</summary>
    public interface IEntropy
    {
        /// <summary>True while the hardware promises true randomness (the radio is on). Keys are made only then.</summary>
        bool IsTrueRandom { get; }

        /// <summary>
        /// Fills the whole buffer. A byte is one sample of the source, none is given twice; they are tested before a key comes of them.
        /// </summary>
        void Fill(byte[] buffer);
    }
}

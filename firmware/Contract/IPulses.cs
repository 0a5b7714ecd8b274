namespace DeviceFirmware.Contract
{
    /// <summary>Pulses of one GPIO.</summary>
    public interface IPulses
    {
        /// <summary>How many there were since the counting began.</summary>
        long Count { get; }

        /// <summary>Ends the counting; the GPIO is free. Count stays what it was.</summary>
        void Close();
    }
}

namespace DeviceFirmware.Ports
{
    /// <summary>The provisioning UART: 115200 baud, 8N1, no flow control.</summary>
    public interface ISerialLine
    {
        /// <summary>Waits up to <paramref name="timeoutMilliseconds"/> for bytes; returns how many were copied to the start of the buffer, 0 on time-out.</summary>
        int Read(byte[] buffer, int timeoutMilliseconds);

        /// <summary>Writes the first <paramref name="count"/> bytes of the buffer.</summary>
        void Write(byte[] buffer, int count);
    }
}

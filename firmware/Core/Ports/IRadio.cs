namespace DeviceFirmware.Ports
{
    /// <summary>The Wi-Fi radio.</summary>
    public interface IRadio
    {
        /// <summary>Turns the radio on, without joining a network; false when the hardware refuses.</summary>
        bool Start();

        /// <summary>Joins a network and waits for an address; false when that does not happen within the time-out.</summary>
        bool Join(string ssid, string password, int timeoutMilliseconds);
    }
}

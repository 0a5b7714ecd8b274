using DeviceFirmware.Ports;

namespace DeviceFirmware.Connect
{
    /// <summary>
    /// The owner's hand and the page it opens: the board's button, an access point of the board's own, and an HTTP server on it that only
    /// carries bytes. Nothing here decides.
    /// </summary>
    public interface ISetupPortal : IButton
    {
        /// <summary>
        /// Opens an access point of that name, WPA2 under that passphrase (ASCII, the caller's array), with an HTTP server on port 80. False:
        /// it cannot be opened now, or only after a restart, which <see cref="NeedsRestart"/> tells.
        /// </summary>
        bool Open(string name, byte[] passphrase);

        /// <summary>True when what was asked for needs a restart of the board: it is stored, and open after it.</summary>
        bool NeedsRestart { get; }

        /// <summary>True when the access point came up by itself because it was asked for before the restart.</summary>
        bool IsOpen { get; }

        /// <summary>A whole request of at most <paramref name="maximum"/> bytes; null when there is none now. Never waits; a request that does not come in time, or is longer, is dropped by the port.</summary>
        byte[] Receive(int maximum);

        /// <summary>Answers the last request and ends its connection.</summary>
        void Reply(byte[] response);

        /// <summary>Closes access point and server.</summary>
        void Close();
    }
}

using DeviceFirmware.Connect;

namespace DeviceFirmware.Memory
{
    /// <summary>A button and a page in memory.</summary>
    public sealed class MemorySetupPortal : ISetupPortal
    {
        private bool _pressed;
        private byte[] _request;

        /// <summary>Whether it opens.</summary>
        public bool Opens { get; set; } = true;

        /// <inheritdoc/>
        public bool NeedsRestart { get; set; }

        /// <inheritdoc/>
        public bool IsOpen { get; set; }

        /// <summary>Name of the access point.</summary>
        public string Name { get; private set; }

        /// <summary>Passphrase of the access point.</summary>
        public byte[] Passphrase { get; private set; }

        /// <summary>The last answer; null when there was none since the last request.</summary>
        public byte[] Response { get; private set; }

        /// <summary>Somebody presses the button.</summary>
        public void Press()
        {
            _pressed = true;
        }

        /// <summary>Somebody sends a request.</summary>
        public void Send(byte[] request)
        {
            _request = IsOpen ? request : null;
            Response = null;
        }

        /// <inheritdoc/>
        public bool WasPressed()
        {
            bool pressed = _pressed;
            _pressed = false;
            return pressed;
        }

        /// <inheritdoc/>
        public bool Open(string name, byte[] passphrase)
        {
            Name = name;
            Passphrase = passphrase;
            IsOpen = Opens && !NeedsRestart;
            return IsOpen;
        }

        /// <inheritdoc/>
        public byte[] Receive(int maximum)
        {
            byte[] request = _request;
            _request = null;
            return IsOpen && !(request is null) && request.Length <= maximum ? request : null;
        }

        /// <inheritdoc/>
        public void Reply(byte[] response)
        {
            Response = response;
        }

        /// <inheritdoc/>
        public void Close()
        {
            IsOpen = false;
        }
    }
}

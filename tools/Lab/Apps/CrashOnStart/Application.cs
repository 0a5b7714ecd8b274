using System;
using DeviceFirmware.Contract;

namespace DeviceFirmware.App
{
    /// <summary>An application that throws as soon as it is started: what the lab sends to see a board go back to the old one.</summary>
    public sealed class Application : IApplication
    {
        /// <inheritdoc/>
        public bool IsHealthy => true;

        /// <inheritdoc/>
        public void Start(IPlatform platform)
        {
            throw new InvalidOperationException("this application cannot start");
        }

        /// <inheritdoc/>
        public string Configure(ISettings settings)
        {
            return null;
        }

        /// <inheritdoc/>
        public int Turn()
        {
            return 1000;
        }

        /// <inheritdoc/>
        public void Stop()
        {
        }
    }
}

using System;

namespace DeviceFirmware.Memory
{
    /// <summary>The power is off: what was not durable is lost, and nothing of the board goes on.</summary>
    public sealed class PowerCutException : Exception
    {
        /// <summary>The power failed.</summary>
        public PowerCutException()
            : base("power cut")
        {
        }
    }
}

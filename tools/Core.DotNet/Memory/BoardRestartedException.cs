using System;

namespace DeviceFirmware.Memory
{
    /// <summary>The board restarted itself: the call that asked for it does not return.</summary>
    public sealed class BoardRestartedException : Exception
    {
        /// <summary>A restart.</summary>
        public BoardRestartedException()
            : base("board restarted")
        {
        }
    }
}

using System;

namespace DeviceFirmware.Memory
{
    /// <summary>The board slept longer than whoever watches it wanted to wait: it halted.</summary>
    public sealed class BoardHaltedException : Exception
    {
        /// <summary>A halt.</summary>
        public BoardHaltedException()
            : base("board halted")
        {
        }
    }
}

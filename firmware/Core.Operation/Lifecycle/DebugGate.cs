using System;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// Whether a debugger may be there. A production build that refuses one halts before the key is read, and restarts when one comes later;
    /// a signed order opens the gate for a while. It is a lock for honest hands: whoever has a debugger can change this very code, and only a
    /// CLR without the wire protocol keeps one out.
    /// </summary>
    public sealed class DebugGate
    {
        private readonly IBoard _board;
        private readonly bool _refuses;
        private long _openUntil;

        /// <summary>The gate of that board; whether it refuses is a choice of the build.</summary>
        public DebugGate(IBoard board, bool refuses)
        {
            _board = board ?? throw new ArgumentNullException(nameof(board));
            _refuses = refuses;
        }

        /// <summary>True when a debugger is attached that must not be.</summary>
        public bool IsViolated(long now)
        {
            return _refuses && now >= _openUntil && _board.HasDebugger;
        }

        /// <summary>Opens the gate until that uptime; for the order that says so, after it was verified and stored, and for nobody else.</summary>
        public void OpenUntil(long uptime)
        {
            _openUntil = uptime;
        }
    }
}

namespace DeviceFirmware.Ports
{
    /// <summary>What the board says about itself, and its reset line.</summary>
    public interface IBoard
    {
        /// <summary>Unique hardware id as 12 lower-case hexadecimal digits (the station MAC). Not a secret and, on real reels, not always unique.</summary>
        string HardwareId { get; }

        /// <summary>Board type: 1 to 32 characters of <c>a-z 0-9 -</c>. An image names the board type it is for.</summary>
        string BoardType { get; }

        /// <summary>Payload kind this board runs: 1 = NFMRK1 <c>.pe</c> set, 2 = .NET assemblies (virtual board).</summary>
        byte PayloadKind { get; }

        /// <summary>The largest image this board takes, in bytes: two slots fit its flash, one image its heap.</summary>
        int SlotSize { get; }

        /// <summary>Bytes of telemetry that may wait in memory for a connection.</summary>
        int TelemetrySize { get; }

        /// <summary>True while a debugger is attached to the runtime.</summary>
        bool HasDebugger { get; }

        /// <summary>Free bytes of the managed heap, after a collection: not for every turn.</summary>
        int FreeHeap();

        /// <summary>The largest free block of native memory, in bytes: what a TLS buffer has to fit in.</summary>
        int LargestFreeBlock();

        /// <summary>One line to whoever watches the console. Never a secret.</summary>
        void Log(string line);

        /// <summary>Restarts the board. Does not return.</summary>
        void Restart();
    }
}

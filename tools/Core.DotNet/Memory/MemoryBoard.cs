using System.Collections;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Memory
{
    /// <summary>A board that remembers what it said on the console, and whose restart is an exception.</summary>
    public sealed class MemoryBoard : IBoard
    {
        private readonly ArrayList _lines = new ArrayList();

        /// <inheritdoc/>
        public string HardwareId { get; set; } = "0242ac110002";

        /// <inheritdoc/>
        public string BoardType { get; set; } = "virtual-board";

        /// <inheritdoc/>
        public byte PayloadKind { get; set; } = 2;

        /// <inheritdoc/>
        public int SlotSize { get; set; } = 98304;

        /// <inheritdoc/>
        public int TelemetrySize { get; set; } = 4096;

        /// <inheritdoc/>
        public bool HasDebugger { get; set; }

        /// <summary>Free bytes of the heap.</summary>
        public int Heap { get; set; } = 65536;

        /// <summary>Lines on the console so far.</summary>
        public int LineCount => _lines.Count;

        /// <summary>Restarts so far.</summary>
        public int Restarts { get; private set; }

        /// <summary>A line of the console; the first is 0.</summary>
        public string LineAt(int index)
        {
            return (string)_lines[index];
        }

        /// <summary>How many lines have that text in them.</summary>
        public int CountLines(string part)
        {
            int count = 0;
            for (int i = 0; i < _lines.Count; i++)
            {
                if (((string)_lines[i]).IndexOf(part) >= 0)
                {
                    count++;
                }
            }

            return count;
        }

        /// <inheritdoc/>
        public int FreeHeap()
        {
            return Heap;
        }

        /// <inheritdoc/>
        public int LargestFreeBlock()
        {
            return Heap / 2;
        }

        /// <inheritdoc/>
        public void Log(string line)
        {
            _lines.Add(line);
        }

        /// <inheritdoc/>
        public void Restart()
        {
            Restarts++;
            throw new BoardRestartedException();
        }
    }
}

using System;

namespace DeviceFirmware.Connect
{
    /// <summary>
    /// Messages that no broker has acknowledged yet, bounded by number and bytes: when one does not fit, the oldest go and are counted. In
    /// memory only, so a loss of power loses them; flash would wear out under them.
    /// </summary>
    public sealed class TelemetryRing
    {
        private readonly byte[][] _messages;
        private readonly int _maximumBytes;
        private int _first;
        private int _bytes;

        /// <summary>A ring of so many messages and payload bytes.</summary>
        public TelemetryRing(int maximumMessages, int maximumBytes)
        {
            if (maximumMessages <= 0 || maximumBytes <= 0)
            {
                throw new ArgumentOutOfRangeException(nameof(maximumMessages));
            }

            _messages = new byte[maximumMessages][];
            _maximumBytes = maximumBytes;
        }

        /// <summary>Messages that wait.</summary>
        public int Count { get; private set; }

        /// <summary>Messages lost since power-on because newer ones needed their place.</summary>
        public int Lost { get; private set; }

        /// <summary>The message that waits longest; null when none waits.</summary>
        public byte[] Oldest => Count == 0 ? null : _messages[_first];

        /// <summary>Keeps a message; one that is larger than the whole ring is lost itself.</summary>
        public void Add(byte[] message)
        {
            if (message is null)
            {
                throw new ArgumentNullException(nameof(message));
            }

            if (message.Length > _maximumBytes)
            {
                Lost++;
                return;
            }

            while (Count == _messages.Length || _bytes + message.Length > _maximumBytes)
            {
                Remove();
                Lost++;
            }

            int free = _first + Count;
            _messages[free < _messages.Length ? free : free - _messages.Length] = message;
            Count++;
            _bytes += message.Length;
        }

        /// <summary>The oldest was acknowledged.</summary>
        public void Remove()
        {
            if (Count == 0)
            {
                throw new InvalidOperationException();
            }

            _bytes -= _messages[_first].Length;
            _messages[_first] = null;
            _first = _first + 1 < _messages.Length ? _first + 1 : 0;
            Count--;
        }
    }
}

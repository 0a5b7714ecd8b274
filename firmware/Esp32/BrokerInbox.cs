using System;
using System.Collections;
using System.Threading;
using DeviceFirmware.Connect;

namespace DeviceFirmware.Esp32
{
    /// <summary>
    /// What arrived from the broker and is not yet taken: the hand-over from the MQTT client's dispatch thread, which must never block, to
    /// the board's own thread. Bounded: when it is full the oldest stay, the newest are dropped and counted.
    /// </summary>
    internal sealed class BrokerInbox
    {
        private const int MaximumMessages = 32;

        private readonly int _maximumBytes;
        private readonly object _lock = new object();
        private readonly ArrayList _messages = new ArrayList();
        private readonly AutoResetEvent _arrived = new AutoResetEvent(false);
        private int _bytes;
        private int _dropped;

        /// <summary>An inbox for payloads of that many bytes in all.</summary>
        public BrokerInbox(int maximumBytes)
        {
            _maximumBytes = maximumBytes;
        }

        /// <summary>Messages dropped because the inbox was full.</summary>
        public int Dropped
        {
            get { return _dropped; }
        }

        /// <summary>Called on the dispatch thread.</summary>
        public void Add(string topic, byte[] payload)
        {
            lock (_lock)
            {
                if (_messages.Count >= MaximumMessages || _bytes + payload.Length > _maximumBytes)
                {
                    _dropped++;
                    return;
                }

                _messages.Add(new BrokerMessage(topic, payload));
                _bytes += payload.Length;
            }

            _arrived.Set();
        }

        /// <summary>Wakes a waiting Take, which then returns null: the connection is gone.</summary>
        public void Wake()
        {
            _arrived.Set();
        }

        /// <summary>The oldest message, waiting up to that many milliseconds for one; null on time-out or after Wake.</summary>
        public BrokerMessage Take(int timeoutMilliseconds)
        {
            BrokerMessage message = TakeNow();
            if (message is null && timeoutMilliseconds > 0)
            {
                _arrived.WaitOne(timeoutMilliseconds, false);
                message = TakeNow();
            }

            return message;
        }

        private BrokerMessage TakeNow()
        {
            lock (_lock)
            {
                if (_messages.Count == 0)
                {
                    return null;
                }

                BrokerMessage message = (BrokerMessage)_messages[0];
                _messages.RemoveAt(0);
                _bytes -= message.Payload.Length;
                return message;
            }
        }
    }
}

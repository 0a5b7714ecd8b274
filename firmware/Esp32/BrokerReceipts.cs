using System.Collections;
using System.Threading;

namespace DeviceFirmware.Esp32
{
    /// <summary>
    /// The acknowledgements of one connection, by message id. One can arrive on the dispatch thread before the call that sent the message
    /// has returned its id, so the last few are kept.
    /// </summary>
    internal sealed class BrokerReceipts
    {
        private const int MaximumKept = 16;

        private readonly object _lock = new object();
        private readonly ArrayList _receipts = new ArrayList();
        private readonly AutoResetEvent _arrived = new AutoResetEvent(false);
        private bool _closed;

        /// <summary>Called on the dispatch thread.</summary>
        public void Add(int messageId, bool accepted)
        {
            lock (_lock)
            {
                if (_receipts.Count >= MaximumKept)
                {
                    _receipts.RemoveAt(0);
                }

                _receipts.Add(accepted ? messageId : -messageId);
            }

            _arrived.Set();
        }

        /// <summary>No acknowledgement comes any more: ends a waiting call with false.</summary>
        public void Close()
        {
            _closed = true;
            _arrived.Set();
        }

        /// <summary>True when the broker accepted that message within the time-out.</summary>
        public bool Await(int messageId, int timeoutMilliseconds)
        {
            long deadline = System.Environment.TickCount64 + timeoutMilliseconds;
            while (true)
            {
                int answer = Find(messageId);
                if (answer != 0)
                {
                    return answer > 0;
                }

                long remaining = deadline - System.Environment.TickCount64;
                if (_closed || remaining <= 0)
                {
                    return false;
                }

                _arrived.WaitOne((int)remaining, false);
            }
        }

        /// <summary>1 accepted, -1 refused, 0 not there yet.</summary>
        private int Find(int messageId)
        {
            lock (_lock)
            {
                for (int i = 0; i < _receipts.Count; i++)
                {
                    int receipt = (int)_receipts[i];
                    if (receipt == messageId || receipt == -messageId)
                    {
                        _receipts.RemoveAt(i);
                        return receipt > 0 ? 1 : -1;
                    }
                }
            }

            return 0;
        }
    }
}

using System;
using System.Net;
using System.Net.Sockets;
using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Esp32
{
    /// <summary>
    /// TCP port 80, one connection at a time, one request a connection. Never waits for a request: it takes what has arrived, and drops a
    /// connection whose request is not whole after five seconds, or is none.
    /// </summary>
    internal sealed class SetupSocket
    {
        private const int Port = 80;
        private const int Backlog = 2;
        private const int Patience = 5000;
        private const int SendPatience = 2000;

        private readonly byte[] _buffer = new byte[SetupPage.MaximumRequest];
        private Socket _listener;
        private Socket _client;
        private int _count;
        private long _acceptedAt;

        /// <summary>Listens; false when the platform has no socket for it.</summary>
        public bool Open()
        {
            try
            {
                _listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                _listener.Bind(new IPEndPoint(IPAddress.Any, Port));
                _listener.Listen(Backlog);
                return true;
            }
            catch (Exception)
            {
                Close();
                return false;
            }
        }

        /// <summary>A whole request of at most that many bytes; null when there is none now.</summary>
        public byte[] Receive(int maximum)
        {
            try
            {
                return ReceiveCore(maximum);
            }
            catch (Exception)
            {
                // The other end went away.
                Drop();
                return null;
            }
        }

        /// <summary>Answers the request and ends its connection.</summary>
        public void Reply(byte[] response)
        {
            try
            {
                if (!(_client is null))
                {
                    _client.Send(response);
                }
            }
            catch (Exception)
            {
                // Nobody waits for the answer any more.
            }

            Drop();
        }

        /// <summary>Listens no more.</summary>
        public void Close()
        {
            Drop();
            if (!(_listener is null))
            {
                _listener.Close();
                _listener = null;
            }
        }

        private byte[] ReceiveCore(int maximum)
        {
            if (_listener is null)
            {
                return null;
            }

            if (_client is null)
            {
                if (!_listener.Poll(0, SelectMode.SelectRead))
                {
                    return null;
                }

                _client = _listener.Accept();
                _client.SendTimeout = SendPatience;
                _acceptedAt = Environment.TickCount64;
            }

            int available = _client.Available;
            int free = _buffer.Length - _count;
            if (available > 0 && free > 0)
            {
                _count += _client.Receive(_buffer, _count, available < free ? available : free, SocketFlags.None);
            }

            int length = SetupRequest.Measure(_buffer, _count);
            if (length > 0 && length <= maximum)
            {
                byte[] request = ByteArray.Slice(_buffer, 0, length);
                Forget();
                return request;
            }

            if (length != SetupRequest.Incomplete || Environment.TickCount64 - _acceptedAt > Patience)
            {
                Drop();
            }

            return null;
        }

        private void Drop()
        {
            Forget();
            if (!(_client is null))
            {
                _client.Close();
                _client = null;
            }
        }

        /// <summary>It had passwords in it.</summary>
        private void Forget()
        {
            FixedTime.Clear(_buffer);
            _count = 0;
        }
    }
}

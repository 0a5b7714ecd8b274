using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Provisioning
{
    /// <summary>Moves bytes between the serial line and a session.</summary>
    public sealed class SerialConsole
    {
        private readonly ISerialLine _line;
        private readonly ProvisioningSession _session;
        private readonly SerialFrameReader _reader = new SerialFrameReader();
        private readonly byte[] _buffer = new byte[256];

        /// <summary>A console of that session on that line.</summary>
        public SerialConsole(ISerialLine line, ProvisioningSession session)
        {
            _line = line ?? throw new ArgumentNullException(nameof(line));
            _session = session ?? throw new ArgumentNullException(nameof(session));
        }

        /// <summary>Waits up to that long for bytes and answers what they complete.</summary>
        public void Poll(int timeoutMilliseconds)
        {
            int count = _line.Read(_buffer, timeoutMilliseconds);
            if (count == 0 && timeoutMilliseconds >= 1000)
            {
                _reader.Forget();
            }

            for (int i = 0; i < count && !_session.IsFinished; i++)
            {
                _reader.Take(_buffer[i]);
                if (!(_reader.Frame is null))
                {
                    byte[] answer = _session.Answer(_reader.Frame).Encode();
                    _line.Write(answer, answer.Length);
                }
                else if (!(_reader.Line is null))
                {
                    string text = _session.AnswerLine(_reader.Line);
                    if (!(text is null))
                    {
                        byte[] bytes = ByteArray.Concat(Ascii.GetBytes(text), new byte[] { 13, 10 });
                        _line.Write(bytes, bytes.Length);
                    }
                }
            }
        }
    }
}

using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Provisioning
{
    /// <summary>Moves bytes between the serial line and a session.</summary>
    public sealed class SerialConsole
    {
        private const int ForgetAfter = 1000;

        private readonly ISerialLine _line;
        private readonly ProvisioningSession _session;
        private readonly SerialFrameReader _reader = new SerialFrameReader();
        private readonly byte[] _buffer = new byte[256];
        private int _silence;

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
            _silence = count == 0 ? _silence + timeoutMilliseconds : 0;
            if (_silence >= ForgetAfter)
            {
                _reader.Forget();
                _silence = 0;
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

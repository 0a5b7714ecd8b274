using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Provisioning
{
    /// <summary>Moves bytes between the serial line and who answers on it.</summary>
    public sealed class SerialConsole
    {
        private const int ForgetAfter = 1000;

        private readonly ISerialLine _line;
        private readonly ISerialAnswers _answers;
        private readonly SerialFrameReader _reader = new SerialFrameReader();
        private readonly byte[] _buffer = new byte[256];
        private int _silence;

        /// <summary>A console on that line.</summary>
        public SerialConsole(ISerialLine line, ISerialAnswers answers)
        {
            _line = line ?? throw new ArgumentNullException(nameof(line));
            _answers = answers ?? throw new ArgumentNullException(nameof(answers));
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

            for (int i = 0; i < count && !_answers.IsFinished; i++)
            {
                _reader.Take(_buffer[i]);
                if (!(_reader.Frame is null))
                {
                    Write(_answers.Answer(_reader.Frame));
                }
                else if (!(_reader.Line is null))
                {
                    WriteText(_answers.AnswerLine(_reader.Line));
                }
            }
        }

        private void Write(SerialFrame answer)
        {
            if (!(answer is null))
            {
                byte[] bytes = answer.Encode();
                _line.Write(bytes, bytes.Length);

                // It may have been a secret.
                FixedTime.Clear(bytes);
                FixedTime.Clear(answer.Body);
            }
        }

        private void WriteText(string text)
        {
            for (int start = 0; !(text is null) && start <= text.Length;)
            {
                int end = text.IndexOf('\n', start);
                end = end < 0 ? text.Length : end;
                byte[] line = ByteArray.Concat(Ascii.GetBytes(text.Substring(start, end - start)), new byte[] { 13, 10 });
                _line.Write(line, line.Length);
                start = end + 1;
            }
        }
    }
}

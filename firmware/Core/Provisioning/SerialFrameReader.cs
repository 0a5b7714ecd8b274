using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Provisioning
{
    /// <summary>
    /// Takes the bytes of the line one at a time and finds frames and lines of text in them. Noise, boot chatter and broken frames are
    /// skipped: after a frame that does not check, the search goes on at the byte behind its start mark, so that a good frame inside is found.
    /// Memory is bounded by one frame and one line.
    /// </summary>
    public sealed class SerialFrameReader
    {
        /// <summary>The longest line of text kept; the rest of a longer one is dropped.</summary>
        public const int MaximumLine = 64;

        private readonly byte[] _frame = new byte[SerialFrame.MaximumBody + SerialFrame.Overhead];
        private readonly char[] _line = new char[MaximumLine];
        private int _length;
        private int _lineLength;

        /// <summary>The last whole frame; null when the last byte did not end one.</summary>
        public SerialFrame Frame { get; private set; }

        /// <summary>The last whole line of printable text, without its end; null when the last byte did not end one.</summary>
        public string Line { get; private set; }

        /// <summary>Frames given up since the start: wrong length or checksum.</summary>
        public int Broken { get; private set; }

        /// <summary>Takes one byte; afterwards <see cref="Frame"/> or <see cref="Line"/> may be there.</summary>
        public void Take(byte value)
        {
            Frame = null;
            Line = null;
            _frame[_length++] = value;
            while (_length > 0 && Frame is null && Line is null && !IsBeginning())
            {
            }
        }

        /// <summary>Forgets a half frame: the line was silent for too long for it to be going on.</summary>
        public void Forget()
        {
            _length = 0;
        }

        /// <summary>True when what is held may still become a frame; otherwise takes something away from its front.</summary>
        private bool IsBeginning()
        {
            if (_frame[0] != SerialFrame.Start0)
            {
                TakeText(_frame[0]);
                Drop(1);
                return false;
            }

            if (_length < 2)
            {
                return true;
            }

            if (_frame[1] != SerialFrame.Start1)
            {
                Drop(1);
                return false;
            }

            if (_length < 5)
            {
                return true;
            }

            int bodyLength = BigEndian.GetUInt16(_frame, 3);
            if (bodyLength > SerialFrame.MaximumBody)
            {
                Broken++;
                Drop(2);
                return false;
            }

            int whole = bodyLength + SerialFrame.Overhead;
            if (_length < whole)
            {
                return true;
            }

            if (BigEndian.GetUInt32(_frame, whole - 4) != Crc32.Compute(_frame, 2, bodyLength + 3))
            {
                Broken++;
                Drop(2);
                return false;
            }

            Frame = new SerialFrame(_frame[2], ByteArray.Slice(_frame, 5, bodyLength));
            Drop(whole);
            return false;
        }

        private void TakeText(byte value)
        {
            if (value == '\n' || value == '\r')
            {
                if (_lineLength > 0)
                {
                    Line = new string(_line, 0, _lineLength);
                }

                _lineLength = 0;
            }
            else if (value >= 0x20 && value <= 0x7E)
            {
                if (_lineLength < MaximumLine)
                {
                    _line[_lineLength++] = (char)value;
                }
            }
            else
            {
                _lineLength = 0;
            }
        }

        private void Drop(int count)
        {
            _length -= count;
            Array.Copy(_frame, count, _frame, 0, _length);
        }
    }
}

using System;
using System.Collections;
using DeviceFirmware.Bytes;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Memory
{
    /// <summary>
    /// A board's flash in memory. It counts the operations that change something, and cuts the power at one of them: before it, after a part
    /// of its bytes, or after all of them but before the caller hears of it. From then on every call throws, until <see cref="PowerOn"/>.
    /// </summary>
    public sealed class MemoryFiles : IFiles
    {
        /// <summary>As a number of bytes in <see cref="CutAt"/>: the operation does not even begin.</summary>
        public const int Nothing = -1;

        /// <summary>The longest name.</summary>
        public const int MaximumName = 24;

        private readonly Hashtable _files = new Hashtable();
        private int _cutOperation;
        private int _cutBytes;

        /// <summary>Operations since the start that change something: Create, WriteAt, Delete.</summary>
        public int Operations { get; private set; }

        /// <summary>Bytes that the last of these operations was asked to write; 0 for Delete.</summary>
        public int LastCount { get; private set; }

        /// <summary>True from a power cut until <see cref="PowerOn"/>.</summary>
        public bool IsOff { get; private set; }

        /// <summary>
        /// Cuts the power in operation number <paramref name="operation"/> (the first is 1), after <paramref name="bytes"/> of its bytes became
        /// durable. <see cref="Nothing"/>: the file stays as it was. 0: a file to be created is there and empty, one to be deleted is gone.
        /// </summary>
        public void CutAt(int operation, int bytes)
        {
            _cutOperation = operation;
            _cutBytes = bytes;
        }

        /// <summary>The power is back; no cut is planned any more.</summary>
        public void PowerOn()
        {
            IsOff = false;
            _cutOperation = 0;
        }

        /// <summary>Another flash with the same files, powered, its counter at 0.</summary>
        public MemoryFiles Copy()
        {
            var copy = new MemoryFiles();
            foreach (object key in _files.Keys)
            {
                var name = (string)key;
                copy.Put(name, (byte[])_files[name]);
            }

            return copy;
        }

        /// <summary>What a file holds, without the board's knowledge; null when there is none.</summary>
        public byte[] Peek(string name)
        {
            var data = (byte[])_files[name];
            return data is null ? null : ByteArray.Slice(data, 0, data.Length);
        }

        /// <summary>Puts a file there, or takes it away with null, without the board's knowledge.</summary>
        public void Put(string name, byte[] data)
        {
            CheckName(name);
            if (data is null)
            {
                _files.Remove(name);
            }
            else
            {
                _files[name] = ByteArray.Slice(data, 0, data.Length);
            }
        }

        /// <inheritdoc/>
        public int Length(string name)
        {
            CheckPower();
            CheckName(name);
            var data = (byte[])_files[name];
            return data is null ? -1 : data.Length;
        }

        /// <inheritdoc/>
        public int Read(string name, int position, byte[] buffer, int index, int count)
        {
            CheckPower();
            CheckName(name);
            CheckRange(buffer, index, count);
            if (position < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(position));
            }

            var data = (byte[])_files[name];
            if (data is null || position >= data.Length)
            {
                return 0;
            }

            int copied = data.Length - position < count ? data.Length - position : count;
            Array.Copy(data, position, buffer, index, copied);
            return copied;
        }

        /// <inheritdoc/>
        public void Create(string name, byte[] data, int count)
        {
            CheckPower();
            CheckName(name);
            CheckRange(data, 0, count);
            int written = Begin(count);
            if (written >= 0)
            {
                _files[name] = ByteArray.Slice(data, 0, written);
            }

            CheckPower();
        }

        /// <inheritdoc/>
        public void WriteAt(string name, int position, byte[] data, int index, int count)
        {
            CheckPower();
            CheckName(name);
            CheckRange(data, index, count);
            var before = (byte[])_files[name];
            if (before is null || position < 0 || position > before.Length)
            {
                throw new ArgumentOutOfRangeException(nameof(position));
            }

            int written = Begin(count);
            if (written > 0)
            {
                int end = position + written;
                var after = new byte[end > before.Length ? end : before.Length];
                Array.Copy(before, 0, after, 0, before.Length);
                Array.Copy(data, index, after, position, written);
                _files[name] = after;
            }

            CheckPower();
        }

        /// <inheritdoc/>
        public void Delete(string name)
        {
            CheckPower();
            CheckName(name);
            if (Begin(0) >= 0)
            {
                _files.Remove(name);
            }

            CheckPower();
        }

        /// <summary>Counts an operation; returns how many of its bytes become durable, or <see cref="Nothing"/>.</summary>
        private int Begin(int count)
        {
            Operations++;
            LastCount = count;
            if (Operations != _cutOperation)
            {
                return count;
            }

            IsOff = true;
            return _cutBytes < count ? _cutBytes : count;
        }

        private void CheckPower()
        {
            if (IsOff)
            {
                throw new PowerCutException();
            }
        }

        private static void CheckName(string name)
        {
            if (name is null || name.Length == 0 || name.Length > MaximumName)
            {
                throw new ArgumentException(nameof(name));
            }

            for (int i = 0; i < name.Length; i++)
            {
                char c = name[i];
                if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'))
                {
                    throw new ArgumentException(nameof(name));
                }
            }
        }

        private static void CheckRange(byte[] buffer, int index, int count)
        {
            if (buffer is null)
            {
                throw new ArgumentNullException(nameof(buffer));
            }

            if (index < 0 || count < 0 || index > buffer.Length - count)
            {
                throw new ArgumentOutOfRangeException(nameof(count));
            }
        }
    }
}

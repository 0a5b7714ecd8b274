// Shadows of package nanoFramework.System.IO.FileSystem, on the simulated flash.
using DeviceFirmware.NanoSim.Host;

namespace System.IO
{
    /// <summary>Files of <c>I:\</c>.</summary>
    public static class File
    {
        /// <summary>True when the file exists.</summary>
        public static bool Exists(string path) => SimFlash.Exists(path);

        /// <summary>Removes the file; throws when there is none.</summary>
        public static void Delete(string path) => SimFlash.Delete(path);

        /// <summary>Renames the file; throws when the target exists.</summary>
        public static void Move(string sourceFileName, string destFileName) => SimFlash.Move(sourceFileName, destFileName);

        /// <summary>The whole file.</summary>
        public static byte[] ReadAllBytes(string path) => SimFlash.Read(path);

        /// <summary>Truncates, then writes: not atomic.</summary>
        public static void WriteAllBytes(string path, byte[] bytes)
        {
            using FileStream stream = new FileStream(path, FileMode.Create);
            stream.Write(bytes, 0, bytes.Length);
        }
    }

    /// <summary>The one folder.</summary>
    public static class Directory
    {
        /// <summary>Full paths of the files.</summary>
        public static string[] GetFiles(string path) => SimFlash.List(path);
    }

    /// <summary>An open file: in memory until Close, which makes it durable. Flush does not.</summary>
    public class FileStream : Stream
    {
        private readonly string _path;
        private readonly bool _isWritable;
        private byte[] _content = new byte[0];
        private int _length;
        private int _position;
        private bool _isChanged;
        private bool _isOpen = true;

        /// <summary>Opens for reading and writing.</summary>
        public FileStream(string path, FileMode mode)
            : this(path, mode, FileAccess.ReadWrite)
        {
        }

        /// <summary>Opens.</summary>
        public FileStream(string path, FileMode mode, FileAccess access)
        {
            _path = path;
            _isWritable = (access & FileAccess.Write) != 0;
            bool exists = SimFlash.Exists(path);
            switch (mode)
            {
                case FileMode.Create:
                case FileMode.Truncate when exists:
                case FileMode.CreateNew when !exists:
                case FileMode.OpenOrCreate when !exists:
                case FileMode.Append when !exists:
                    SimFlash.Truncate(path);
                    break;
                case FileMode.Open:
                case FileMode.OpenOrCreate:
                case FileMode.Append:
                    _content = SimFlash.Read(path);
                    _length = _content.Length;
                    _position = mode == FileMode.Append ? _length : 0;
                    break;
                default:
                    throw new IOException(path);
            }
        }

        /// <inheritdoc/>
        public override bool CanRead => _isOpen;

        /// <inheritdoc/>
        public override bool CanSeek => _isOpen;

        /// <inheritdoc/>
        public override bool CanWrite => _isOpen && _isWritable;

        /// <inheritdoc/>
        public override long Length => _length;

        /// <inheritdoc/>
        public override long Position
        {
            get => _position;
            set => Seek(value, SeekOrigin.Begin);
        }

        /// <inheritdoc/>
        public override int Read(byte[] buffer, int offset, int count)
        {
            CheckOpen();
            int taken = Math.Min(count, _length - _position);
            if (taken <= 0)
            {
                return 0;
            }

            Array.Copy(_content, _position, buffer, offset, taken);
            _position += taken;
            return taken;
        }

        /// <inheritdoc/>
        public override long Seek(long offset, SeekOrigin origin)
        {
            CheckOpen();
            long target = origin == SeekOrigin.Begin ? offset : origin == SeekOrigin.Current ? _position + offset : _length + offset;
            if (target < 0 || target > int.MaxValue)
            {
                throw new IOException("position out of range");
            }

            _position = (int)target;
            return target;
        }

        /// <inheritdoc/>
        public override void SetLength(long value)
        {
            CheckWritable();
            Reserve((int)value);
            if (value < _length)
            {
                Array.Clear(_content, (int)value, _length - (int)value);
            }

            _length = (int)value;
            _isChanged = true;
        }

        /// <inheritdoc/>
        public override void Write(byte[] buffer, int offset, int count)
        {
            CheckWritable();
            Reserve(_position + count);
            Array.Copy(buffer, offset, _content, _position, count);
            _position += count;
            _length = Math.Max(_length, _position);
            _isChanged = true;
        }

        /// <inheritdoc/>
        public override void Flush() => CheckOpen();

        /// <summary>Makes durable what was written.</summary>
        public override void Close() => Dispose(true);

        /// <inheritdoc/>
        protected override void Dispose(bool disposing)
        {
            if (!_isOpen)
            {
                return;
            }

            _isOpen = false;
            if (_isChanged)
            {
                SimFlash.Write(_path, _content, _length);
            }
        }

        private void Reserve(int length)
        {
            if (_content.Length < length)
            {
                Array.Resize(ref _content, Math.Max(length, _content.Length * 2));
            }
        }

        private void CheckOpen()
        {
            if (!_isOpen)
            {
                throw new ObjectDisposedException(_path);
            }
        }

        private void CheckWritable()
        {
            CheckOpen();
            if (!_isWritable)
            {
                throw new NotSupportedException("opened for reading");
            }
        }
    }
}

using DeviceFirmware.Ports;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Tests.Storage
{
    /// <summary>A file system that has gone bad: it cannot be written, or cannot be opened at all.</summary>
    internal sealed class FailingFiles : IFiles
    {
        private readonly IFiles _files;

        /// <summary>Good so far.</summary>
        internal FailingFiles(IFiles files)
        {
            _files = files;
        }

        /// <summary>Every write fails.</summary>
        internal bool CannotWrite { get; set; }

        /// <summary>Nothing can be opened.</summary>
        internal bool CannotOpen { get; set; }

        /// <summary>The one file that cannot be opened; null for none.</summary>
        internal string Unreadable { get; set; }

        /// <summary>Writes that were tried.</summary>
        internal int Tried { get; private set; }

        public int Length(string name)
        {
            Open(name);
            return _files.Length(name);
        }

        public int Read(string name, int position, byte[] buffer, int index, int count)
        {
            Open(name);
            return _files.Read(name, position, buffer, index, count);
        }

        public void Create(string name, byte[] data, int count)
        {
            Write(name);
            _files.Create(name, data, count);
        }

        public void WriteAt(string name, int position, byte[] data, int index, int count)
        {
            Write(name);
            _files.WriteAt(name, position, data, index, count);
        }

        public void Delete(string name)
        {
            Write(name);
            _files.Delete(name);
        }

        private void Open(string name)
        {
            if (CannotOpen || name == Unreadable)
            {
                throw new StorageFailedException(name, "-5");
            }
        }

        private void Write(string name)
        {
            Tried++;
            if (CannotWrite || CannotOpen)
            {
                throw new StorageFailedException(name, "-5");
            }
        }
    }
}

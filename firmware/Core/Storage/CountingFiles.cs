using System;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Storage
{
    /// <summary>The same files, with a count of the operations that write: each costs the flash an erase sooner or later.</summary>
    public sealed class CountingFiles : IFiles
    {
        private readonly IFiles _files;

        /// <summary>Counts what goes to these files.</summary>
        public CountingFiles(IFiles files)
        {
            _files = files ?? throw new ArgumentNullException(nameof(files));
        }

        /// <summary>Creating, writing and deleting operations since power-on, also those that failed.</summary>
        public int Writes { get; private set; }

        /// <inheritdoc/>
        public int Length(string name)
        {
            return _files.Length(name);
        }

        /// <inheritdoc/>
        public int Read(string name, int position, byte[] buffer, int index, int count)
        {
            return _files.Read(name, position, buffer, index, count);
        }

        /// <inheritdoc/>
        public void Create(string name, byte[] data, int count)
        {
            Writes++;
            _files.Create(name, data, count);
        }

        /// <inheritdoc/>
        public void WriteAt(string name, int position, byte[] data, int index, int count)
        {
            Writes++;
            _files.WriteAt(name, position, data, index, count);
        }

        /// <inheritdoc/>
        public void Delete(string name)
        {
            Writes++;
            _files.Delete(name);
        }
    }
}

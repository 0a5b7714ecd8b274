using DeviceFirmware.Ports;

namespace DeviceFirmware.Tests.Image
{
    /// <summary>One file, and how often each of its bytes was read. It can turn short: give back fewer bytes than it has.</summary>
    internal sealed class RecordingFiles : IFiles
    {
        private readonly byte[] _data;

        internal RecordingFiles(byte[] data)
        {
            _data = data;
            Reads = new int[data.Length];
        }

        /// <summary>Reads of each byte.</summary>
        internal int[] Reads { get; }

        /// <summary>From this offset on nothing is given back; -1: everything is.</summary>
        internal int ShortFrom { get; set; } = -1;

        /// <summary>A read that would take this byte ends before it; -1: none does.</summary>
        internal int Stumble { get; set; } = -1;

        public int Length(string name)
        {
            return _data.Length;
        }

        public int Read(string name, int position, byte[] buffer, int index, int count)
        {
            int end = ShortFrom >= 0 ? ShortFrom : _data.Length;
            int copied = 0;
            while (copied < count && position + copied < end && position + copied != Stumble)
            {
                buffer[index + copied] = _data[position + copied];
                Reads[position + copied]++;
                copied++;
            }

            return copied;
        }

        public void Create(string name, byte[] data, int count)
        {
            throw new System.InvalidOperationException();
        }

        public void WriteAt(string name, int position, byte[] data, int index, int count)
        {
            throw new System.InvalidOperationException();
        }

        public void Delete(string name)
        {
            throw new System.InvalidOperationException();
        }
    }
}

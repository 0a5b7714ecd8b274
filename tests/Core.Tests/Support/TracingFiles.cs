using System.Collections;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Tests.Support
{
    /// <summary>Files that remember what was done with them, in order: <c>read slot-a.img</c>, <c>create slots.0</c>, …</summary>
    internal sealed class TracingFiles : IFiles
    {
        private readonly IFiles _files;
        private readonly ArrayList _trace = new ArrayList();

        internal TracingFiles(IFiles files)
        {
            _files = files;
        }

        internal int Count => _trace.Count;

        internal string At(int index)
        {
            return (string)_trace[index];
        }

        /// <summary>Index of the first entry that begins like that, from an index on; -1: none.</summary>
        internal int Find(string beginning, int from)
        {
            for (int i = from; i < _trace.Count; i++)
            {
                if (At(i).IndexOf(beginning) == 0)
                {
                    return i;
                }
            }

            return -1;
        }

        /// <summary>Index of the last entry that begins like that; -1: none.</summary>
        internal int FindLast(string beginning)
        {
            for (int i = _trace.Count - 1; i >= 0; i--)
            {
                if (At(i).IndexOf(beginning) == 0)
                {
                    return i;
                }
            }

            return -1;
        }

        public int Length(string name)
        {
            return _files.Length(name);
        }

        public int Read(string name, int position, byte[] buffer, int index, int count)
        {
            _trace.Add("read " + name);
            return _files.Read(name, position, buffer, index, count);
        }

        public void Create(string name, byte[] data, int count)
        {
            _trace.Add("create " + name);
            _files.Create(name, data, count);
        }

        public void WriteAt(string name, int position, byte[] data, int index, int count)
        {
            _trace.Add("write " + name);
            _files.WriteAt(name, position, data, index, count);
        }

        public void Delete(string name)
        {
            _trace.Add("delete " + name);
            _files.Delete(name);
        }
    }
}

using System.Collections;
using DeviceFirmware.Bytes;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Tests.Support
{
    /// <summary>Flash as littlefs leaves it: whatever was ever written lies in some block still, also when its file is gone.</summary>
    internal sealed class StaleFiles : IFiles
    {
        private readonly IFiles _files;
        private readonly ArrayList _blocks = new ArrayList();

        internal StaleFiles(IFiles files)
        {
            _files = files;
        }

        public int Length(string name)
        {
            return _files.Length(name);
        }

        public int Read(string name, int position, byte[] buffer, int index, int count)
        {
            return _files.Read(name, position, buffer, index, count);
        }

        public void Create(string name, byte[] data, int count)
        {
            _blocks.Add(ByteArray.Slice(data, 0, count));
            _files.Create(name, data, count);
        }

        public void WriteAt(string name, int position, byte[] data, int index, int count)
        {
            _blocks.Add(ByteArray.Slice(data, index, count));
            _files.WriteAt(name, position, data, index, count);
        }

        public void Delete(string name)
        {
            _files.Delete(name);
        }

        /// <summary>True when somebody who reads the raw flash finds these bytes.</summary>
        internal bool Holds(byte[] wanted)
        {
            for (int i = 0; i < _blocks.Count; i++)
            {
                if (Contains((byte[])_blocks[i], wanted))
                {
                    return true;
                }
            }

            return false;
        }

        internal static bool Contains(byte[] data, byte[] wanted)
        {
            for (int start = 0; start + wanted.Length <= data.Length; start++)
            {
                int same = 0;
                while (same < wanted.Length && data[start + same] == wanted[same])
                {
                    same++;
                }

                if (same == wanted.Length)
                {
                    return true;
                }
            }

            return false;
        }
    }
}

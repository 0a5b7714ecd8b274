using DeviceFirmware.Ports;

namespace DeviceFirmware.Tests.Storage
{
    /// <summary>Flash that takes everything and keeps nothing.</summary>
    internal sealed class ForgetfulFiles : IFiles
    {
        public int Length(string name)
        {
            return -1;
        }

        public int Read(string name, int position, byte[] buffer, int index, int count)
        {
            return 0;
        }

        public void Create(string name, byte[] data, int count)
        {
        }

        public void WriteAt(string name, int position, byte[] data, int index, int count)
        {
        }

        public void Delete(string name)
        {
        }
    }
}

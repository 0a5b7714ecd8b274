using System.IO;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Esp32
{
    /// <summary>The files of <c>I:\</c>, the littlefs on the internal flash. Each method opens, works and closes: littlefs commits at close.</summary>
    public sealed class Esp32Files : IFiles
    {
        private const string Root = "I:\\";

        /// <inheritdoc/>
        public int Length(string name)
        {
            string path = Root + name;
            if (!File.Exists(path))
            {
                return -1;
            }

            FileStream stream = new FileStream(path, FileMode.Open, FileAccess.Read);
            try
            {
                return (int)stream.Length;
            }
            finally
            {
                stream.Close();
            }
        }

        /// <inheritdoc/>
        public int Read(string name, int position, byte[] buffer, int index, int count)
        {
            string path = Root + name;
            if (!File.Exists(path))
            {
                return 0;
            }

            FileStream stream = new FileStream(path, FileMode.Open, FileAccess.Read);
            try
            {
                if (position >= stream.Length)
                {
                    return 0;
                }

                stream.Seek(position, SeekOrigin.Begin);
                int total = 0;
                while (total < count)
                {
                    int read = stream.Read(buffer, index + total, count - total);
                    if (read <= 0)
                    {
                        break;
                    }

                    total += read;
                }

                return total;
            }
            finally
            {
                stream.Close();
            }
        }

        /// <inheritdoc/>
        public void Create(string name, byte[] data, int count)
        {
            FileStream stream = new FileStream(Root + name, FileMode.Create, FileAccess.ReadWrite);
            try
            {
                stream.Write(data, 0, count);
            }
            finally
            {
                stream.Close();
            }
        }

        /// <inheritdoc/>
        public void WriteAt(string name, int position, byte[] data, int index, int count)
        {
            FileStream stream = new FileStream(Root + name, FileMode.Open, FileAccess.ReadWrite);
            try
            {
                if (position > stream.Length)
                {
                    throw new IOException("position is behind the end of the file");
                }

                stream.Seek(position, SeekOrigin.Begin);
                stream.Write(data, index, count);
            }
            finally
            {
                stream.Close();
            }
        }

        /// <inheritdoc/>
        public void Delete(string name)
        {
            string path = Root + name;
            if (File.Exists(path))
            {
                File.Delete(path);
            }
        }
    }
}

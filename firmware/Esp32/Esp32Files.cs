using System;
using System.IO;
using DeviceFirmware.Ports;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Esp32
{
    /// <summary>
    /// The files of <c>I:\</c>, the littlefs on the internal flash. Each method opens, works and closes: littlefs commits at close. Whatever the
    /// platform throws becomes the port's one exception.
    /// </summary>
    public sealed class Esp32Files : IFiles
    {
        private const string Root = "I:\\";

        /// <inheritdoc/>
        public int Length(string name)
        {
            try
            {
                return LengthCore(name);
            }
            catch (Exception fault)
            {
                throw new StorageFailedException(name, fault.Message);
            }
        }

        /// <inheritdoc/>
        public int Read(string name, int position, byte[] buffer, int index, int count)
        {
            try
            {
                return ReadCore(name, position, buffer, index, count);
            }
            catch (Exception fault)
            {
                throw new StorageFailedException(name, fault.Message);
            }
        }

        /// <inheritdoc/>
        public void Create(string name, byte[] data, int count)
        {
            try
            {
                CreateCore(name, data, count);
            }
            catch (Exception fault)
            {
                throw new StorageFailedException(name, fault.Message);
            }
        }

        /// <inheritdoc/>
        public void WriteAt(string name, int position, byte[] data, int index, int count)
        {
            try
            {
                WriteAtCore(name, position, data, index, count);
            }
            catch (Exception fault)
            {
                throw new StorageFailedException(name, fault.Message);
            }
        }

        /// <inheritdoc/>
        public void Delete(string name)
        {
            try
            {
                DeleteCore(name);
            }
            catch (Exception fault)
            {
                throw new StorageFailedException(name, fault.Message);
            }
        }

        private static int LengthCore(string name)
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

        private static int ReadCore(string name, int position, byte[] buffer, int index, int count)
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

        private static void CreateCore(string name, byte[] data, int count)
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

        private static void WriteAtCore(string name, int position, byte[] data, int index, int count)
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

        private static void DeleteCore(string name)
        {
            string path = Root + name;
            if (File.Exists(path))
            {
                File.Delete(path);
            }
        }
    }
}

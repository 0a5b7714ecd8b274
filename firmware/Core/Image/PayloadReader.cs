using System.Collections;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Image
{
    /// <summary>
    /// Reads an image's header and payload once, front to back, and hashes what it reads. A payload of kind 1 is NFMRK1 assemblies behind
    /// one another, each padded to 4 bytes; its own header says how long each is (offset 100, the end of the last table). A payload of kind
    /// 2 is .NET assemblies, each behind its length (4 bytes, little-endian) and padded with zeros to 4 bytes.
    /// </summary>
    internal sealed class PayloadReader
    {
        internal const byte NanoAssemblies = 1;
        internal const byte DotNetAssemblies = 2;

        private const int NanoHeaderSize = 124;
        private const int NanoEndOffset = 100;
        private const int MaximumModules = 16;

        private readonly IFiles _files;
        private readonly string _name;
        private readonly ImageHeader _header;
        private readonly Sha256 _hash = new Sha256();
        private readonly int _end;
        private int _position;

        internal PayloadReader(IFiles files, string name, ImageHeader header, byte[] fixedPart)
        {
            _files = files;
            _name = name;
            _header = header;
            _end = header.HeaderSize + header.PayloadSize;
            WasRead = true;
            _hash.Append(fixedPart, 0, fixedPart.Length);
            _position = fixedPart.Length;
            Take(header.HeaderSize - fixedPart.Length);
        }

        /// <summary>False once the storage gave back fewer bytes than the file has.</summary>
        internal bool WasRead { get; private set; }

        /// <summary>Reads the rest of the payload through a small buffer, for its hash alone.</summary>
        internal void Skim(int chunkSize)
        {
            var chunk = new byte[chunkSize];
            while (_position < _end && WasRead)
            {
                int count = _end - _position < chunkSize ? _end - _position : chunkSize;
                Into(chunk, 0, count);
            }
        }

        /// <summary>Reads the payload into one array a module; null when it cannot be split (the rest is then hashed all the same).</summary>
        internal byte[][] ReadModules(byte kind)
        {
            var modules = new ArrayList();
            while (_position < _end && WasRead)
            {
                byte[] module = modules.Count == MaximumModules ? null
                    : kind == NanoAssemblies ? ReadNanoAssembly()
                    : kind == DotNetAssemblies ? ReadDotNetAssembly()
                    : null;
                if (module is null)
                {
                    Skim(1024);
                    return null;
                }

                modules.Add(module);
            }

            var result = new byte[modules.Count][];
            for (int i = 0; i < result.Length; i++)
            {
                result[i] = (byte[])modules[i];
            }

            return result;
        }

        /// <summary>The digest: what was read, then the protected TLVs.</summary>
        internal byte[] Finish(byte[] tlvArea, int protectedSize)
        {
            _hash.Append(tlvArea, 0, protectedSize);
            return _hash.Finish();
        }

        private byte[] ReadNanoAssembly()
        {
            if (_end - _position < NanoHeaderSize)
            {
                return null;
            }

            byte[] head = Take(NanoHeaderSize);
            bool marked = head[0] == 'N' && head[1] == 'F' && head[2] == 'M' && head[3] == 'R' && head[4] == 'K' && head[5] == '1' && head[6] == 0;
            int length = LittleEndian.GetSize(head, NanoEndOffset, _end);
            if (!marked || length < NanoHeaderSize || length - NanoHeaderSize > _end - _position)
            {
                return null;
            }

            var module = new byte[length];
            System.Array.Copy(head, 0, module, 0, NanoHeaderSize);
            Into(module, NanoHeaderSize, length - NanoHeaderSize);
            return SkipPadding(length) ? module : null;
        }

        private byte[] ReadDotNetAssembly()
        {
            if (_end - _position < 4)
            {
                return null;
            }

            int length = LittleEndian.GetSize(Take(4), 0, _end);
            if (length < 1 || length > _end - _position)
            {
                return null;
            }

            byte[] module = Take(length);
            return SkipPadding(length) ? module : null;
        }

        private bool SkipPadding(int length)
        {
            int padding = (4 - (length & 3)) & 3;
            if (padding > _end - _position)
            {
                // The last assembly may end the payload unpadded.
                return _position == _end;
            }

            byte[] zeros = Take(padding);
            for (int i = 0; i < zeros.Length; i++)
            {
                if (zeros[i] != 0)
                {
                    return false;
                }
            }

            return true;
        }

        private byte[] Take(int count)
        {
            var bytes = new byte[count];
            Into(bytes, 0, count);
            return bytes;
        }

        private void Into(byte[] buffer, int offset, int count)
        {
            if (count > 0 && _files.Read(_name, _position, buffer, offset, count) != count)
            {
                WasRead = false;
            }

            _hash.Append(buffer, offset, count);
            _position += count;
        }
    }
}

using System.Collections;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Image
{
    /// <summary>
    /// Reads an image's header and payload once, front to back, and hashes what it reads. A payload of kind 1 is NFMRK1 assemblies behind
    /// one another, each padded to 4 bytes; its own header says how long each is (<see cref="NanoAssembly"/>). A payload of kind 2 is .NET
    /// assemblies, each behind its length (4 bytes, little-endian) and padded with zeros to 4 bytes.
    /// </summary>
    internal sealed class PayloadReader
    {
        internal const byte NanoAssemblies = 1;
        internal const byte DotNetAssemblies = 2;

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

        /// <summary>Why the payload could not be split; null before that.</summary>
        internal string Problem { get; private set; }

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
                byte[] module = modules.Count == MaximumModules ? Malformed("more than 16 assemblies")
                    : kind == NanoAssemblies ? ReadNanoAssembly()
                    : kind == DotNetAssemblies ? ReadDotNetAssembly()
                    : Malformed("unknown kind");
                if (module is null)
                {
                    Problem = "assembly " + modules.Count.ToString() + ", " + Problem;
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
            int available = _end - _position;
            byte[] head = Take(available < NanoAssembly.HeaderSize ? available : NanoAssembly.HeaderSize);
            string problem = NanoAssembly.HeaderProblem(head, available);
            if (!(problem is null))
            {
                return Malformed(problem);
            }

            int length = NanoAssembly.Length(head);
            var module = new byte[length];
            System.Array.Copy(head, 0, module, 0, NanoAssembly.HeaderSize);
            Into(module, NanoAssembly.HeaderSize, length - NanoAssembly.HeaderSize);
            return SkipPadding(length) ? module : Malformed("padding");
        }

        private byte[] ReadDotNetAssembly()
        {
            if (_end - _position < 4)
            {
                return Malformed("shorter than its length field");
            }

            int length = LittleEndian.GetSize(Take(4), 0, _end);
            if (length < 1 || length > _end - _position)
            {
                return Malformed("empty, or longer than the payload");
            }

            byte[] module = Take(length);
            return SkipPadding(length) ? module : Malformed("padding");
        }

        private byte[] Malformed(string problem)
        {
            Problem = problem;
            return null;
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

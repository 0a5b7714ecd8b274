using System;

namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// SHA-256 (FIPS 180-4 §6.2), incremental. One object hashes one message at a time and can be used again after <see cref="Finish"/>.
    /// Not safe for use by several threads at once.
    /// </summary>
    public sealed class Sha256
    {
        /// <summary>Length of a hash in bytes.</summary>
        public const int Size = 32;

        /// <summary>Length of the block that the compression function takes, in bytes.</summary>
        public const int BlockSize = 64;

        // The length field takes the last 8 bytes of the last block (FIPS 180-4 §5.1.1).
        private const int LengthOffset = BlockSize - 8;

        private readonly uint[] _constants;
        private readonly uint[] _state;
        private readonly uint[] _schedule;
        private readonly byte[] _block;
        private int _blockLength;
        private ulong _length;

        /// <summary>Starts with an empty message.</summary>
        public Sha256()
        {
            // One table an object, not a static one: static arrays are filled by static constructors, whose order is not ours.
            _constants = RoundConstants();
            _state = new uint[8];
            _schedule = new uint[64];
            _block = new byte[BlockSize];
            Reset();
        }

        /// <summary>Hashes a whole message.</summary>
        /// <param name="data">The message; may be empty.</param>
        /// <returns>The hash, 32 bytes.</returns>
        /// <exception cref="ArgumentNullException">The message is null.</exception>
        public static byte[] Hash(byte[] data)
        {
            Arguments.CheckNotNull(data, nameof(data));

            return Hash(data, 0, data.Length);
        }

        /// <summary>Hashes a part of an array.</summary>
        /// <param name="data">The array that holds the message.</param>
        /// <param name="offset">Where the message starts, in bytes.</param>
        /// <param name="count">Length of the message in bytes.</param>
        /// <returns>The hash, 32 bytes.</returns>
        /// <exception cref="ArgumentNullException">The array is null.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The part lies outside the array.</exception>
        public static byte[] Hash(byte[] data, int offset, int count)
        {
            Sha256 sha256 = new Sha256();
            sha256.Append(data, offset, count);

            return sha256.Finish();
        }

        /// <summary>Appends bytes to the message.</summary>
        /// <param name="data">The array that holds the bytes.</param>
        /// <param name="offset">Where they start.</param>
        /// <param name="count">How many there are; may be 0. All calls together: less than 2^61 bytes.</param>
        /// <exception cref="ArgumentNullException">The array is null.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The part lies outside the array.</exception>
        public void Append(byte[] data, int offset, int count)
        {
            Arguments.CheckRange(data, offset, count, nameof(data));

            AppendCore(data, offset, count);
        }

        /// <summary>Ends the message and starts a new, empty one.</summary>
        /// <returns>The hash of all bytes appended since the last call, 32 bytes.</returns>
        public byte[] Finish()
        {
            PadAndCompress();

            byte[] hash = new byte[Size];

            for (int i = 0; i < 8; i++)
            {
                uint word = _state[i];
                hash[4 * i] = (byte)(word >> 24);
                hash[4 * i + 1] = (byte)(word >> 16);
                hash[4 * i + 2] = (byte)(word >> 8);
                hash[4 * i + 3] = (byte)word;
            }

            Reset();

            return hash;
        }

        /// <summary>Forgets the message, also what is left of it in the working arrays, and starts an empty one.</summary>
        internal void Reset()
        {
            // FIPS 180-4 §5.3.3.
            _state[0] = 0x6A09E667;
            _state[1] = 0xBB67AE85;
            _state[2] = 0x3C6EF372;
            _state[3] = 0xA54FF53A;
            _state[4] = 0x510E527F;
            _state[5] = 0x9B05688C;
            _state[6] = 0x1F83D9AB;
            _state[7] = 0x5BE0CD19;

            Array.Clear(_schedule, 0, _schedule.Length);
            Array.Clear(_block, 0, _block.Length);
            _blockLength = 0;
            _length = 0;
        }

        private void AppendCore(byte[] data, int offset, int count)
        {
            _length += (ulong)count;

            if (_blockLength > 0)
            {
                int missing = BlockSize - _blockLength;
                int taken = count < missing ? count : missing;
                Array.Copy(data, offset, _block, _blockLength, taken);
                _blockLength += taken;
                offset += taken;
                count -= taken;

                if (_blockLength < BlockSize)
                {
                    return;
                }

                Compress(_block, 0);
                _blockLength = 0;
            }

            while (count >= BlockSize)
            {
                Compress(data, offset);
                offset += BlockSize;
                count -= BlockSize;
            }

            if (count > 0)
            {
                Array.Copy(data, offset, _block, 0, count);
                _blockLength = count;
            }
        }

        // FIPS 180-4 §5.1.1: a one bit, zeros, and the length of the message in bits as 8 bytes, big-endian.
        private void PadAndCompress()
        {
            ulong bits = _length << 3;

            _block[_blockLength] = 0x80;
            _blockLength++;

            if (_blockLength > LengthOffset)
            {
                Array.Clear(_block, _blockLength, BlockSize - _blockLength);
                Compress(_block, 0);
                _blockLength = 0;
            }

            Array.Clear(_block, _blockLength, LengthOffset - _blockLength);

            for (int i = 0; i < 8; i++)
            {
                _block[BlockSize - 1 - i] = (byte)(bits >> (8 * i));
            }

            Compress(_block, 0);
        }

        // FIPS 180-4 §6.2.2. The functions of §4.1.2 are written out in place: on the interpreter a call costs more than its body.
        private void Compress(byte[] data, int offset)
        {
            uint[] k = _constants;
            uint[] w = _schedule;

            for (int t = 0; t < 16; t++)
            {
                w[t] = ((uint)data[offset] << 24) | ((uint)data[offset + 1] << 16) | ((uint)data[offset + 2] << 8) | data[offset + 3];
                offset += 4;
            }

            for (int t = 16; t < 64; t++)
            {
                uint x = w[t - 15];
                uint y = w[t - 2];
                w[t] = (((y >> 17) | (y << 15)) ^ ((y >> 19) | (y << 13)) ^ (y >> 10))
                    + w[t - 7]
                    + (((x >> 7) | (x << 25)) ^ ((x >> 18) | (x << 14)) ^ (x >> 3))
                    + w[t - 16];
            }

            uint a = _state[0];
            uint b = _state[1];
            uint c = _state[2];
            uint d = _state[3];
            uint e = _state[4];
            uint f = _state[5];
            uint g = _state[6];
            uint h = _state[7];

            for (int t = 0; t < 64; t++)
            {
                uint t1 = h
                    + (((e >> 6) | (e << 26)) ^ ((e >> 11) | (e << 21)) ^ ((e >> 25) | (e << 7)))
                    + ((e & f) ^ (~e & g))
                    + k[t]
                    + w[t];
                uint t2 = (((a >> 2) | (a << 30)) ^ ((a >> 13) | (a << 19)) ^ ((a >> 22) | (a << 10)))
                    + ((a & b) ^ (a & c) ^ (b & c));
                h = g;
                g = f;
                f = e;
                e = d + t1;
                d = c;
                c = b;
                b = a;
                a = t1 + t2;
            }

            _state[0] += a;
            _state[1] += b;
            _state[2] += c;
            _state[3] += d;
            _state[4] += e;
            _state[5] += f;
            _state[6] += g;
            _state[7] += h;
        }

        // FIPS 180-4 §4.2.2: the first 32 bits of the fractional parts of the cube roots of the first 64 primes.
        private static uint[] RoundConstants()
        {
            return new uint[]
            {
                0x428A2F98, 0x71374491, 0xB5C0FBCF, 0xE9B5DBA5, 0x3956C25B, 0x59F111F1, 0x923F82A4, 0xAB1C5ED5,
                0xD807AA98, 0x12835B01, 0x243185BE, 0x550C7DC3, 0x72BE5D74, 0x80DEB1FE, 0x9BDC06A7, 0xC19BF174,
                0xE49B69C1, 0xEFBE4786, 0x0FC19DC6, 0x240CA1CC, 0x2DE92C6F, 0x4A7484AA, 0x5CB0A9DC, 0x76F988DA,
                0x983E5152, 0xA831C66D, 0xB00327C8, 0xBF597FC7, 0xC6E00BF3, 0xD5A79147, 0x06CA6351, 0x14292967,
                0x27B70A85, 0x2E1B2138, 0x4D2C6DFC, 0x53380D13, 0x650A7354, 0x766A0ABB, 0x81C2C92E, 0x92722C85,
                0xA2BFE8A1, 0xA81A664B, 0xC24B8B70, 0xC76C51A3, 0xD192E819, 0xD6990624, 0xF40E3585, 0x106AA070,
                0x19A4C116, 0x1E376C08, 0x2748774C, 0x34B0BCB5, 0x391C0CB3, 0x4ED8AA4A, 0x5B9CCA4F, 0x682E6FF3,
                0x748F82EE, 0x78A5636F, 0x84C87814, 0x8CC70208, 0x90BEFFFA, 0xA4506CEB, 0xBEF9A3F7, 0xC67178F2,
            };
        }
    }
}

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

        /// <summary>Length of the hash value between two blocks, in words.</summary>
        internal const int StateSize = 8;

        // The length field takes the last 8 bytes of the last block (FIPS 180-4 §5.1.1).
        private const int LengthOffset = BlockSize - 8;

        private readonly ulong[] _constants;
        private readonly uint[] _state;
        private readonly byte[] _block;
        private int _blockLength;
        private ulong _length;

        /// <summary>Starts with an empty message.</summary>
        public Sha256()
        {
            _constants = Sha256Block.RoundConstants();
            _state = new uint[StateSize];
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
            byte[] hash = new byte[Size];
            FinishInto(hash);

            return hash;
        }

        /// <summary>Ends the message, writes its hash to the first 32 bytes of an array, and starts a new, empty one.</summary>
        internal void FinishInto(byte[] hash)
        {
            PadAndCompress();
            uint[] state = _state;
            int at = 0;

            for (int i = 0; i < StateSize; i++)
            {
                uint word = state[i];
                hash[at] = (byte)(word >> 24);
                hash[at + 1] = (byte)(word >> 16);
                hash[at + 2] = (byte)(word >> 8);
                hash[at + 3] = (byte)word;
                at += 4;
            }

            Reset();
        }

        /// <summary>Copies the hash value out, after exactly one block: what starts with that block can go on from there.</summary>
        internal void SaveAfterOneBlock(uint[] state)
        {
            Array.Copy(_state, 0, state, 0, StateSize);
        }

        /// <summary>Starts a message whose first block is the one that was saved.</summary>
        internal void StartAfterOneBlock(uint[] state)
        {
            Array.Copy(state, 0, _state, 0, StateSize);
            _blockLength = 0;
            _length = BlockSize;
        }

        /// <summary>Forgets the message, also what is left of it in the block, and starts an empty one.</summary>
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

            Array.Clear(_block, 0, _block.Length);
            _blockLength = 0;
            _length = 0;
        }

        // Every block goes through one array: copying 64 bytes is one native call, and what has a fixed place takes fewer instructions to read.
        private void AppendCore(byte[] data, int offset, int count)
        {
            _length += (ulong)count;
            byte[] block = _block;
            int length = _blockLength;

            while (count > 0)
            {
                int taken = BlockSize - length;
                taken = count < taken ? count : taken;
                Array.Copy(data, offset, block, length, taken);
                length += taken;
                offset += taken;
                count -= taken;

                if (length == BlockSize)
                {
                    Sha256Block.Compress(_state, block, _constants);
                    length = 0;
                }
            }

            _blockLength = length;
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
                Sha256Block.Compress(_state, _block, _constants);
                _blockLength = 0;
            }

            Array.Clear(_block, _blockLength, LengthOffset - _blockLength);

            for (int i = 0; i < 8; i++)
            {
                _block[BlockSize - 1 - i] = (byte)(bits >> (8 * i));
            }

            Sha256Block.Compress(_state, _block, _constants);
        }
    }
}

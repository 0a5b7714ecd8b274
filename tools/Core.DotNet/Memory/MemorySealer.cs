using System;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Memory
{
    /// <summary>AES-128-CBC and HMAC-SHA-256 without the platform's natives: plain FIPS 197, neither fast nor free of timing. Of use in tests only.</summary>
    public sealed class MemorySealer : ISealer
    {
        private const int Block = 16;
        private const int Rounds = 10;

        private readonly byte[] _box = new byte[256];
        private readonly byte[] _inverse = new byte[256];

        /// <summary>A platform's fault: the initialization vector is not used.</summary>
        public bool ForgetsIv { get; set; }

        /// <summary>A sealer; its tables are computed here.</summary>
        public MemorySealer()
        {
            // p runs through all powers of 3, q through their inverses (FIPS 197, 5.1.1).
            uint p = 1;
            uint q = 1;
            do
            {
                p = Times(p, 3);
                q ^= q << 1;
                q ^= q << 2;
                q ^= q << 4;
                q &= 0xFF;
                if ((q & 0x80) != 0)
                {
                    q ^= 0x09;
                }

                uint s = q ^ Rotate(q, 1) ^ Rotate(q, 2) ^ Rotate(q, 3) ^ Rotate(q, 4) ^ 0x63;
                _box[p] = (byte)s;
                _inverse[s] = (byte)p;
            }
            while (p != 1);

            _box[0] = 0x63;
            _inverse[0x63] = 0;
        }

        /// <inheritdoc/>
        public byte[] Encrypt(byte[] key, byte[] iv, byte[] data)
        {
            byte[] schedule = Schedule(key, iv, data);
            var text = new byte[data.Length];
            var state = new byte[Block];
            Array.Copy(ForgetsIv ? new byte[Block] : iv, 0, state, 0, Block);
            for (int start = 0; start < data.Length; start += Block)
            {
                for (int i = 0; i < Block; i++)
                {
                    state[i] = (byte)(state[i] ^ data[start + i]);
                }

                EncryptBlock(state, schedule);
                Array.Copy(state, 0, text, start, Block);
            }

            return text;
        }

        /// <inheritdoc/>
        public byte[] Decrypt(byte[] key, byte[] iv, byte[] data)
        {
            byte[] schedule = Schedule(key, iv, data);
            var text = new byte[data.Length];
            var state = new byte[Block];
            for (int start = 0; start < data.Length; start += Block)
            {
                Array.Copy(data, start, state, 0, Block);
                DecryptBlock(state, schedule);
                for (int i = 0; i < Block; i++)
                {
                    text[start + i] = (byte)(state[i] ^ (start == 0 ? (ForgetsIv ? (byte)0 : iv[i]) : data[start - Block + i]));
                }
            }

            return text;
        }

        /// <inheritdoc/>
        public byte[] Mac(byte[] key, byte[] data)
        {
            return HmacSha256.Mac(key, data);
        }

        private void EncryptBlock(byte[] state, byte[] schedule)
        {
            AddRoundKey(state, schedule, 0);
            for (int round = 1; round <= Rounds; round++)
            {
                var shifted = new byte[Block];
                for (int i = 0; i < Block; i++)
                {
                    shifted[i] = _box[state[(i + (4 * (i & 3))) & 15]];
                }

                for (int column = 0; column < Block; column += 4)
                {
                    Mix(shifted, state, column, round == Rounds ? 0u : 2u, 3, 1, 1);
                }

                AddRoundKey(state, schedule, round);
            }
        }

        private void DecryptBlock(byte[] state, byte[] schedule)
        {
            for (int round = Rounds; round > 0; round--)
            {
                AddRoundKey(state, schedule, round);
                var mixed = new byte[Block];
                for (int column = 0; column < Block; column += 4)
                {
                    Mix(state, mixed, column, round == Rounds ? 0u : 14u, 11, 13, 9);
                }

                for (int i = 0; i < Block; i++)
                {
                    state[(i + (4 * (i & 3))) & 15] = _inverse[mixed[i]];
                }
            }

            AddRoundKey(state, schedule, 0);
        }

        /// <summary>MixColumns or its inverse on one column; a first factor of 0 copies.</summary>
        private static void Mix(byte[] from, byte[] to, int column, uint a, uint b, uint c, uint d)
        {
            for (int i = 0; i < 4; i++)
            {
                uint own = from[column + i];
                uint mixed = Times(own, a) ^ Times(from[column + ((i + 1) & 3)], b) ^ Times(from[column + ((i + 2) & 3)], c) ^ Times(from[column + ((i + 3) & 3)], d);
                to[column + i] = (byte)(a == 0 ? own : mixed);
            }
        }

        private byte[] Schedule(byte[] key, byte[] iv, byte[] data)
        {
            if (key.Length != Block || iv.Length != Block || data.Length == 0 || data.Length % Block != 0)
            {
                throw new ArgumentException(nameof(data));
            }

            var schedule = new byte[Block * (Rounds + 1)];
            Array.Copy(key, 0, schedule, 0, Block);
            uint constant = 1;
            for (int i = Block; i < schedule.Length; i += 4)
            {
                for (int j = 0; j < 4; j++)
                {
                    uint word = i % Block == 0 ? _box[schedule[i - 4 + ((j + 1) & 3)]] : schedule[i - 4 + j];
                    schedule[i + j] = (byte)(schedule[i - Block + j] ^ word ^ (i % Block == 0 && j == 0 ? constant : 0u));
                }

                constant = i % Block == 0 ? Times(constant, 2) : constant;
            }

            return schedule;
        }

        private static void AddRoundKey(byte[] state, byte[] schedule, int round)
        {
            for (int i = 0; i < Block; i++)
            {
                state[i] = (byte)(state[i] ^ schedule[(round * Block) + i]);
            }
        }

        private static uint Rotate(uint value, int bits)
        {
            return ((value << bits) | (value >> (8 - bits))) & 0xFF;
        }

        /// <summary>A product in GF(2^8) modulo x^8 + x^4 + x^3 + x + 1.</summary>
        private static uint Times(uint a, uint b)
        {
            uint product = 0;
            for (; b != 0; b >>= 1)
            {
                if ((b & 1) != 0)
                {
                    product ^= a;
                }

                a = (a & 0x80) != 0 ? ((a << 1) ^ 0x1B) & 0xFF : a << 1;
            }

            return product;
        }
    }
}

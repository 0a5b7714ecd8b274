using System;

namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// HMAC with SHA-256 (RFC 2104, FIPS 198-1), incremental. One object authenticates message after message under one key.
    /// Not safe for use by several threads at once.
    /// </summary>
    public sealed class HmacSha256
    {
        private const byte InnerPadByte = 0x36;
        private const byte OuterPadByte = 0x5C;

        private readonly Sha256 _hash;

        // The hash values after the padded key: a message starts there, and costs the two blocks of the key only once.
        private readonly uint[] _inner;
        private readonly uint[] _outer;
        private bool _cleared;

        /// <summary>Starts an empty message under a key.</summary>
        /// <param name="key">
        /// The key, of any length; more than 64 bytes are hashed first (RFC 2104 §2). Only what is derived from it is kept: the caller may zero it.
        /// </param>
        /// <exception cref="ArgumentNullException">The key is null.</exception>
        public HmacSha256(byte[] key)
        {
            Arguments.CheckNotNull(key, nameof(key));

            _hash = new Sha256();
            _inner = new uint[Sha256.StateSize];
            _outer = new uint[Sha256.StateSize];
            SetKey(key);
        }

        /// <summary>Authenticates a whole message.</summary>
        /// <param name="key">The key, of any length.</param>
        /// <param name="data">The message; may be empty.</param>
        /// <returns>The authentication code, 32 bytes.</returns>
        /// <exception cref="ArgumentNullException">Key or message is null.</exception>
        public static byte[] Mac(byte[] key, byte[] data)
        {
            Arguments.CheckNotNull(data, nameof(data));

            HmacSha256 hmac = new HmacSha256(key);
            hmac.Append(data, 0, data.Length);
            byte[] code = hmac.Finish();
            hmac.Clear();

            return code;
        }

        /// <summary>Appends bytes to the message.</summary>
        /// <param name="data">The array that holds the bytes.</param>
        /// <param name="offset">Where they start.</param>
        /// <param name="count">How many there are; may be 0.</param>
        /// <exception cref="ArgumentNullException">The array is null.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The part lies outside the array.</exception>
        /// <exception cref="InvalidOperationException">The key was cleared.</exception>
        public void Append(byte[] data, int offset, int count)
        {
            CheckNotCleared();

            _hash.Append(data, offset, count);
        }

        /// <summary>Ends the message and starts a new, empty one under the same key.</summary>
        /// <returns>The authentication code of all bytes appended since the last call, 32 bytes.</returns>
        /// <exception cref="InvalidOperationException">The key was cleared.</exception>
        public byte[] Finish()
        {
            CheckNotCleared();

            byte[] code = new byte[Sha256.Size];
            FinishInto(code);

            return code;
        }

        /// <summary>Starts an empty message under another key.</summary>
        internal void SetKey(byte[] key)
        {
            byte[] pad = new byte[Sha256.BlockSize];

            if (key.Length > Sha256.BlockSize)
            {
                _hash.Reset();
                _hash.Append(key, 0, key.Length);
                _hash.FinishInto(pad);
            }
            else
            {
                Array.Copy(key, 0, pad, 0, key.Length);
            }

            SavePadded(pad, InnerPadByte, _inner);

            // What was padded for inside is padded for outside now.
            SavePadded(pad, InnerPadByte ^ OuterPadByte, _outer);
            FixedTime.Clear(pad);
            _hash.StartAfterOneBlock(_inner);
        }

        /// <summary>Ends the message, writes its code to the first 32 bytes of an array, and starts a new, empty one.</summary>
        internal void FinishInto(byte[] code)
        {
            _hash.FinishInto(code);
            _hash.StartAfterOneBlock(_outer);
            _hash.Append(code, 0, Sha256.Size);
            _hash.FinishInto(code);
            _hash.StartAfterOneBlock(_inner);
        }

        /// <summary>Zeroes the key and all state. After that, Append and Finish throw.</summary>
        public void Clear()
        {
            _hash.Reset();
            Array.Clear(_inner, 0, _inner.Length);
            Array.Clear(_outer, 0, _outer.Length);
            _cleared = true;
        }

        private void SavePadded(byte[] pad, byte with, uint[] state)
        {
            for (int i = 0; i < pad.Length; i++)
            {
                pad[i] = (byte)(pad[i] ^ with);
            }

            _hash.Reset();
            _hash.Append(pad, 0, pad.Length);
            _hash.SaveAfterOneBlock(state);
        }

        private void CheckNotCleared()
        {
            if (_cleared)
            {
                throw new InvalidOperationException("The key was cleared.");
            }
        }
    }
}

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
        private readonly byte[] _innerPad;
        private readonly byte[] _outerPad;
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
            _innerPad = new byte[Sha256.BlockSize];
            _outerPad = new byte[Sha256.BlockSize];

            if (key.Length > Sha256.BlockSize)
            {
                byte[] hashedKey = Sha256.Hash(key);
                SetPads(hashedKey);
                FixedTime.Clear(hashedKey);
            }
            else
            {
                SetPads(key);
            }

            Start();
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

            byte[] inner = _hash.Finish();
            _hash.Append(_outerPad, 0, _outerPad.Length);
            _hash.Append(inner, 0, inner.Length);
            byte[] code = _hash.Finish();
            FixedTime.Clear(inner);
            Start();

            return code;
        }

        /// <summary>Zeroes the key and all state. After that, Append and Finish throw.</summary>
        public void Clear()
        {
            _hash.Reset();
            FixedTime.Clear(_innerPad);
            FixedTime.Clear(_outerPad);
            _cleared = true;
        }

        private void SetPads(byte[] key)
        {
            for (int i = 0; i < Sha256.BlockSize; i++)
            {
                byte keyByte = i < key.Length ? key[i] : (byte)0;
                _innerPad[i] = (byte)(keyByte ^ InnerPadByte);
                _outerPad[i] = (byte)(keyByte ^ OuterPadByte);
            }
        }

        private void Start()
        {
            _hash.Append(_innerPad, 0, _innerPad.Length);
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

using System;

namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// HMAC_DRBG with SHA-256 (NIST SP 800-90A Rev. 1 §10.1.2): a random bit generator of 256 bits of strength, as good as the entropy that
    /// it is given. Not safe for use by several threads at once.
    /// </summary>
    public sealed class HmacDrbg
    {
        /// <summary>Least length of an entropy input in bytes: the security strength (SP 800-90A §8.6.3).</summary>
        public const int MinimumEntropySize = 32;

        /// <summary>Least length of a nonce in bytes: half the security strength (SP 800-90A §8.6.7).</summary>
        public const int MinimumNonceSize = 16;

        /// <summary>Most bytes that one call generates: an eighth of what SP 800-90A §10.1 table 2 allows.</summary>
        public const int MaximumRequestSize = 65536 / 8;

        /// <summary>
        /// Calls of <see cref="Generate"/> between two seeds. SP 800-90A allows 2^48; a generator that lives for years on one seed is not
        /// something a board should get away with.
        /// </summary>
        public const int ReseedInterval = 10000;

        private byte[] _key;
        private byte[] _value;
        private int _reseedCounter;

        /// <summary>Instantiates (SP 800-90A §10.1.2.3).</summary>
        /// <param name="entropyInput">At least 32 bytes with full entropy. Not kept: the caller zeroes it.</param>
        /// <param name="nonce">At least 16 bytes that do not repeat. Not kept.</param>
        /// <param name="personalization">Any bytes that tell this generator from others, or null.</param>
        /// <exception cref="ArgumentNullException">Entropy input or nonce is null.</exception>
        /// <exception cref="ArgumentException">Entropy input or nonce is too short.</exception>
        public HmacDrbg(byte[] entropyInput, byte[] nonce, byte[] personalization)
        {
            Arguments.CheckMinimumLength(entropyInput, MinimumEntropySize, nameof(entropyInput));
            Arguments.CheckMinimumLength(nonce, MinimumNonceSize, nameof(nonce));

            _key = new byte[Sha256.Size];
            _value = new byte[Sha256.Size];

            for (int i = 0; i < _value.Length; i++)
            {
                _value[i] = 0x01;
            }

            byte[] seed = Concatenate(entropyInput, nonce, personalization);
            Update(seed);
            FixedTime.Clear(seed);
            _reseedCounter = 1;
        }

        /// <summary>True when <see cref="Generate"/> would throw until <see cref="Reseed"/> is called.</summary>
        public bool IsReseedRequired
        {
            get { return _reseedCounter > ReseedInterval; }
        }

        /// <summary>Mixes fresh entropy in and starts a new reseed interval (SP 800-90A §10.1.2.4).</summary>
        /// <param name="entropyInput">At least 32 bytes with full entropy. Not kept: the caller zeroes it.</param>
        /// <exception cref="ArgumentNullException">The entropy input is null.</exception>
        /// <exception cref="ArgumentException">The entropy input is too short.</exception>
        /// <exception cref="InvalidOperationException">The generator was cleared.</exception>
        public void Reseed(byte[] entropyInput)
        {
            Arguments.CheckMinimumLength(entropyInput, MinimumEntropySize, nameof(entropyInput));
            CheckNotCleared();

            Update(entropyInput);
            _reseedCounter = 1;
        }

        /// <summary>Generates random bytes (SP 800-90A §10.1.2.5, no additional input).</summary>
        /// <param name="buffer">The array that takes them.</param>
        /// <param name="offset">Where they start.</param>
        /// <param name="count">How many, at most <see cref="MaximumRequestSize"/>.</param>
        /// <exception cref="ArgumentNullException">The array is null.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The part lies outside the array, or is longer than one request may be.</exception>
        /// <exception cref="InvalidOperationException">A reseed is required, or the generator was cleared.</exception>
        public void Generate(byte[] buffer, int offset, int count)
        {
            Arguments.CheckRange(buffer, offset, count, nameof(buffer));

            if (count > MaximumRequestSize)
            {
                throw new ArgumentOutOfRangeException(nameof(count));
            }

            CheckNotCleared();

            if (IsReseedRequired)
            {
                throw new InvalidOperationException("A reseed is required.");
            }

            GenerateCore(buffer, offset, count);
        }

        /// <summary>Zeroes the state. After that, Reseed and Generate throw.</summary>
        public void Clear()
        {
            if (_key is null)
            {
                return;
            }

            FixedTime.Clear(_key);
            FixedTime.Clear(_value);
            _key = null;
            _value = null;
        }

        private void GenerateCore(byte[] buffer, int offset, int count)
        {
            while (count > 0)
            {
                SetValue(HmacSha256.Mac(_key, _value));
                int taken = count < Sha256.Size ? count : Sha256.Size;
                Array.Copy(_value, 0, buffer, offset, taken);
                offset += taken;
                count -= taken;
            }

            Update(null);
            _reseedCounter++;
        }

        // SP 800-90A §10.1.2.2. Null stands for no provided data.
        private void Update(byte[] providedData)
        {
            UpdateRound(0x00, providedData);

            if (providedData is not null)
            {
                UpdateRound(0x01, providedData);
            }
        }

        // K = HMAC(K, V ‖ round ‖ provided data); V = HMAC(K, V).
        private void UpdateRound(byte round, byte[] providedData)
        {
            byte[] input = Concatenate(_value, new byte[] { round }, providedData);
            byte[] key = HmacSha256.Mac(_key, input);
            FixedTime.Clear(input);
            FixedTime.Clear(_key);
            _key = key;
            SetValue(HmacSha256.Mac(_key, _value));
        }

        private void SetValue(byte[] value)
        {
            FixedTime.Clear(_value);
            _value = value;
        }

        private void CheckNotCleared()
        {
            if (_key is null)
            {
                throw new InvalidOperationException("The generator was cleared.");
            }
        }

        private static byte[] Concatenate(byte[] first, byte[] second, byte[] thirdOrNull)
        {
            int thirdLength = thirdOrNull is null ? 0 : thirdOrNull.Length;
            byte[] result = new byte[first.Length + second.Length + thirdLength];
            Array.Copy(first, 0, result, 0, first.Length);
            Array.Copy(second, 0, result, first.Length, second.Length);

            if (thirdLength > 0)
            {
                Array.Copy(thirdOrNull, 0, result, first.Length + second.Length, thirdLength);
            }

            return result;
        }
    }
}

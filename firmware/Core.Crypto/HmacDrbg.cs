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

        // Stands for the key: of that only what is derived is kept.
        private readonly HmacSha256 _hmac;
        private readonly byte[] _value;
        private readonly byte[] _round;
        private int _reseedCounter;
        private bool _cleared;

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

            _hmac = new HmacSha256(new byte[Sha256.Size]);
            _value = new byte[Sha256.Size];
            _round = new byte[1];

            for (int i = 0; i < _value.Length; i++)
            {
                _value[i] = 0x01;
            }

            Update(entropyInput, nonce, personalization);
            _reseedCounter = 1;
        }

        /// <summary>
        /// Instantiates from a noise source, after its health tests. Seed and nonce are the last 96 samples: with
        /// <see cref="EntropyHealth.BitsPerSample"/> that is 256 and 128 bits of min-entropy.
        /// </summary>
        /// <param name="samples">At least <see cref="EntropyHealth.MinimumSamples"/>, in order, none used before. The caller zeroes them.</param>
        /// <param name="personalization">Any bytes that tell this generator from others, or null.</param>
        /// <param name="verdict">What the health tests say.</param>
        /// <returns>The generator, or null unless the verdict is Accepted.</returns>
        /// <exception cref="ArgumentNullException">The samples are null.</exception>
        public static HmacDrbg FromNoise(byte[] samples, byte[] personalization, out EntropyVerdict verdict)
        {
            verdict = EntropyHealth.Check(samples);

            if (verdict != EntropyVerdict.Accepted)
            {
                return null;
            }

            byte[] entropyInput = new byte[MinimumEntropySize * 8 / EntropyHealth.BitsPerSample];
            byte[] nonce = new byte[MinimumNonceSize * 8 / EntropyHealth.BitsPerSample];
            int start = samples.Length - entropyInput.Length - nonce.Length;
            Array.Copy(samples, start, entropyInput, 0, entropyInput.Length);
            Array.Copy(samples, start + entropyInput.Length, nonce, 0, nonce.Length);
            HmacDrbg drbg = new HmacDrbg(entropyInput, nonce, personalization);
            FixedTime.Clear(entropyInput);
            FixedTime.Clear(nonce);

            return drbg;
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

            Update(entropyInput, null, null);
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

            Output(buffer, offset, count);
            Advance();
        }

        /// <summary>Zeroes the state. After that, Reseed and Generate throw.</summary>
        public void Clear()
        {
            _hmac.Clear();
            FixedTime.Clear(_value);
            _cleared = true;
        }

        /// <summary>
        /// The output of a request without its end, for who asks once and then clears: whatever is generated next must be preceded by
        /// <see cref="Advance"/>. Until then the state gives away what was generated.
        /// </summary>
        internal void Output(byte[] buffer, int offset, int count)
        {
            while (count > 0)
            {
                NextValue();
                int taken = count < Sha256.Size ? count : Sha256.Size;
                Array.Copy(_value, 0, buffer, offset, taken);
                offset += taken;
                count -= taken;
            }
        }

        /// <summary>The end of a request: from the state after it nobody gets back to what was generated.</summary>
        internal void Advance()
        {
            Update(null, null, null);
            _reseedCounter++;
        }

        // SP 800-90A §10.1.2.2. The provided data are the three behind each other; null stands for none.
        private void Update(byte[] first, byte[] second, byte[] third)
        {
            UpdateRound(0x00, first, second, third);

            if (first is not null)
            {
                UpdateRound(0x01, first, second, third);
            }
        }

        // K = HMAC(K, V ‖ round ‖ provided data); V = HMAC(K, V).
        private void UpdateRound(byte round, byte[] first, byte[] second, byte[] third)
        {
            byte[] key = new byte[Sha256.Size];
            _round[0] = round;
            _hmac.Append(_value, 0, _value.Length);
            _hmac.Append(_round, 0, 1);
            AppendIfAny(first);
            AppendIfAny(second);
            AppendIfAny(third);
            _hmac.FinishInto(key);
            _hmac.SetKey(key);
            FixedTime.Clear(key);
            NextValue();
        }

        // V = HMAC(K, V).
        private void NextValue()
        {
            _hmac.Append(_value, 0, _value.Length);
            _hmac.FinishInto(_value);
        }

        private void AppendIfAny(byte[] data)
        {
            if (data is not null)
            {
                _hmac.Append(data, 0, data.Length);
            }
        }

        private void CheckNotCleared()
        {
            if (_cleared)
            {
                throw new InvalidOperationException("The generator was cleared.");
            }
        }
    }
}

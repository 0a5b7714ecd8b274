using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Storage
{
    /// <summary>
    /// Where every secret that the board makes comes from: the radio is turned on, the source has to promise true randomness before and after
    /// the samples were drawn, the samples pass the health tests of SP 800-90B, and a generator is seeded with them. No other way leads to one.
    /// </summary>
    public sealed class TestedNoise
    {
        private readonly IRadio _radio;
        private readonly IEntropy _entropy;

        /// <summary>The noise of that source, which is truly random while that radio is on.</summary>
        public TestedNoise(IRadio radio, IEntropy entropy)
        {
            _radio = radio ?? throw new ArgumentNullException(nameof(radio));
            _entropy = entropy ?? throw new ArgumentNullException(nameof(entropy));
        }

        /// <summary>
        /// A generator for one purpose, of 1024 fresh samples; the caller clears it. Null when the source does not promise true randomness
        /// (NotEvaluated: nothing was drawn, or the promise ended meanwhile) or fails a test: then nothing secret may be made.
        /// </summary>
        /// <param name="purpose">Tells this generator from every other one of this board and of other boards (SP 800-90A, personalization).</param>
        /// <param name="verdict">What the health tests say.</param>
        public HmacDrbg Draw(string purpose, out EntropyVerdict verdict)
        {
            verdict = EntropyVerdict.NotEvaluated;
            if (!_entropy.IsTrueRandom)
            {
                _radio.Start();
            }

            if (!_entropy.IsTrueRandom)
            {
                // The radio did not start, or starts without a promise.
                return null;
            }

            var samples = new byte[EntropyHealth.MinimumSamples];
            _entropy.Fill(samples);
            HmacDrbg drbg = HmacDrbg.FromNoise(samples, Ascii.GetBytes(purpose), out verdict);
            FixedTime.Clear(samples);
            if (!(drbg is null) && !_entropy.IsTrueRandom)
            {
                drbg.Clear();
                verdict = EntropyVerdict.NotEvaluated;
                return null;
            }

            return drbg;
        }

        /// <summary>Why there is no generator, in a person's words.</summary>
        public static string WhyNone(EntropyVerdict verdict)
        {
            return verdict == EntropyVerdict.Repeats ? "the noise source repeats itself"
                : verdict == EntropyVerdict.Favours ? "the noise source favours a value"
                : "the noise source does not promise true randomness (the radio is off)";
        }
    }
}

namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// The health tests of a noise source (NIST SP 800-90B §4.4), over all samples of a start-up at once: a key is made once in a board's life,
    /// so there is nothing to watch afterwards. They find a source that broke. They do not find one that is predictable and looks well; no
    /// test of its output can.
    /// <para>
    /// A sample is a byte. The tests assume 4 bits of min-entropy in each, half of what the hardware is said to give while the radio is on, and
    /// refuse a source of that quality about once in 2^30 decisions.
    /// </para>
    /// </summary>
    public static class EntropyHealth
    {
        /// <summary>Least number of samples (SP 800-90B §4.3, item 12: start-up tests).</summary>
        public const int MinimumSamples = 1024;

        /// <summary>Min-entropy that a sample is taken to have, in bits.</summary>
        public const int BitsPerSample = 4;

        // 1 + ⌈30 / 4⌉: so many equal samples in a row have a probability of 2^-32.
        private const int RepetitionCutoff = 9;

        // §4.4.2 for samples that are not bits.
        private const int Window = 512;

        // 1 + CRITBINOM(512, 2^-4, 1 - 2^-30): in a window the first sample's value may come 70 times, 32 are expected.
        private const int ProportionCutoff = 71;

        /// <summary>Tests samples in the order in which the source gave them.</summary>
        /// <param name="samples">The samples. What is behind the last whole window is tested for repetition only.</param>
        /// <returns>Accepted only when both tests passed.</returns>
        /// <exception cref="System.ArgumentNullException">The array is null.</exception>
        public static EntropyVerdict Check(byte[] samples)
        {
            Arguments.CheckNotNull(samples, nameof(samples));

            if (samples.Length < MinimumSamples)
            {
                return EntropyVerdict.TooFewSamples;
            }

            if (Repeats(samples))
            {
                return EntropyVerdict.Repeats;
            }

            return Favours(samples) ? EntropyVerdict.Favours : EntropyVerdict.Accepted;
        }

        private static bool Repeats(byte[] samples)
        {
            int last = samples[0];
            int run = 1;

            for (int i = 1; i < samples.Length; i++)
            {
                int sample = samples[i];
                run = sample == last ? run + 1 : 1;
                last = sample;

                if (run >= RepetitionCutoff)
                {
                    return true;
                }
            }

            return false;
        }

        private static bool Favours(byte[] samples)
        {
            for (int start = 0; start + Window <= samples.Length; start += Window)
            {
                int first = samples[start];
                int count = 0;

                for (int i = start; i < start + Window; i++)
                {
                    if (samples[i] == first)
                    {
                        count++;
                    }
                }

                if (count >= ProportionCutoff)
                {
                    return true;
                }
            }

            return false;
        }
    }
}

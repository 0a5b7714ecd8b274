using System;
using DeviceFirmware.Crypto;
using DeviceFirmware.Memory;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Crypto
{
    [TestClass]
    public class EntropyHealthTests
    {
        [TestMethod]
        public void AGoodSourcePasses()
        {
            for (uint seed = 0; seed < 200; seed++)
            {
                byte[] samples = new byte[EntropyHealth.MinimumSamples];
                new MemoryEntropy(seed).Fill(samples);
                Check(EntropyVerdict.Accepted, samples);
            }
        }

        // 1024 bytes from a source of 16 equally likely values, which is what is assumed.
        [TestMethod]
        public void ASourceAsAssumedPasses()
        {
            byte[] samples = new byte[EntropyHealth.MinimumSamples];
            new MemoryEntropy(1).Fill(samples);
            for (int i = 0; i < samples.Length; i++)
            {
                samples[i] = (byte)(samples[i] & 0x0F);
            }

            Check(EntropyVerdict.Accepted, samples);
        }

        [TestMethod]
        public void NineEqualSamplesInARowAreRefused()
        {
            int[] starts = new int[] { 0, 1, 508, 700, 1015 };
            for (int i = 0; i < starts.Length; i++)
            {
                byte[] samples = Rising(1024);
                Fill(samples, starts[i], 8);
                Check(EntropyVerdict.Accepted, samples);
                Fill(samples, starts[i], 9);
                Check(EntropyVerdict.Repeats, samples);
            }
        }

        [TestMethod]
        public void AValueSeventyOneTimesInAWindowIsRefused()
        {
            for (int window = 0; window < 2; window++)
            {
                byte[] samples = Rising(1024);
                for (int i = 0; i < 70; i++)
                {
                    samples[(window * 512) + (i * 7)] = 0xEE;
                }

                Check(EntropyVerdict.Accepted, samples);
                samples[(window * 512) + 511] = 0xEE;
                Check(EntropyVerdict.Favours, samples);
            }
        }

        [TestMethod]
        public void BehindTheLastWindowRepetitionCounts()
        {
            byte[] samples = Rising(1030);
            Fill(samples, 1021, 9);
            Check(EntropyVerdict.Repeats, samples);
        }

        [TestMethod]
        public void FewerSamplesAreNotEnough()
        {
            Check(EntropyVerdict.TooFewSamples, Rising(1023));
            Check(EntropyVerdict.TooFewSamples, new byte[0]);
            Assert.ThrowsException(typeof(ArgumentNullException), () => EntropyHealth.Check(null));
        }

        // The seed is what stands in the documentation: the last 96 samples, 64 of them entropy input, 32 nonce.
        [TestMethod]
        public void TheGeneratorIsSeededWithTheLastSamples()
        {
            byte[] samples = Rising(1024);
            byte[] entropyInput = new byte[64];
            byte[] nonce = new byte[32];
            Array.Copy(samples, 1024 - 96, entropyInput, 0, 64);
            Array.Copy(samples, 1024 - 32, nonce, 0, 32);
            byte[] name = Bytes.Count(1, 5);
            byte[] expected = new byte[40];
            new HmacDrbg(entropyInput, nonce, name).Generate(expected, 0, expected.Length);
            byte[] generated = new byte[40];
            HmacDrbg.FromNoise(samples, name, out EntropyVerdict verdict).Generate(generated, 0, generated.Length);
            CollectionAssert.AreEqual(expected, generated);
            Assert.AreEqual((int)EntropyVerdict.Accepted, (int)verdict);

            Fill(samples, 0, 9);
            Assert.IsNull(HmacDrbg.FromNoise(samples, name, out verdict));
            Assert.AreEqual((int)EntropyVerdict.Repeats, (int)verdict);
            Assert.IsNull(HmacDrbg.FromNoise(new byte[96], name, out verdict));
            Assert.AreEqual((int)EntropyVerdict.TooFewSamples, (int)verdict);
        }

        private static void Check(EntropyVerdict expected, byte[] samples)
        {
            Assert.AreEqual((int)expected, (int)EntropyHealth.Check(samples));
        }

        // Values that follow each other, from 0 to 199 and again.
        private static byte[] Rising(int length)
        {
            byte[] samples = new byte[length];
            for (int i = 0; i < length; i++)
            {
                samples[i] = (byte)(i % 200);
            }

            return samples;
        }

        private static void Fill(byte[] samples, int start, int count)
        {
            for (int i = start; i < start + count; i++)
            {
                samples[i] = 0xEE;
            }
        }
    }
}

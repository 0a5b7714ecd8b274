using DeviceFirmware.Crypto;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.HostTests.Crypto;

/// <summary>The generator against an independent one, and its reseed interval.</summary>
[TestClass]
public class HmacDrbgDifferentialTests
{
    [TestMethod]
    public void RandomHistories()
    {
        Random random = Seed.NewRandom();

        for (int round = 0; round < 100; round++)
        {
            byte[] entropyInput = random.NextBytes(random.Next(HmacDrbg.MinimumEntropySize, 100));
            byte[] nonce = random.NextBytes(random.Next(HmacDrbg.MinimumNonceSize, 50));
            byte[]? personalization = random.Next(2) == 0 ? null : random.NextBytes(random.Next(80));
            HmacDrbg drbg = new(entropyInput, nonce, personalization);
            ReferenceDrbg reference = new(entropyInput, nonce, personalization);

            for (int step = 0; step < 10; step++)
            {
                if (random.Next(4) == 0)
                {
                    byte[] reseed = random.NextBytes(random.Next(HmacDrbg.MinimumEntropySize, 100));
                    drbg.Reseed(reseed);
                    reference.Reseed(reseed);
                }

                byte[] output = new byte[random.Next(200)];
                drbg.Generate(output, 0, output.Length);
                CollectionAssert.AreEqual(reference.Generate(output.Length), output, $"round {round}, step {step}");
            }
        }
    }

    [TestMethod]
    public void AReseedIsDemandedAfterTheInterval()
    {
        HmacDrbg drbg = new(new byte[32], new byte[16], null);
        byte[] output = new byte[1];

        for (int i = 0; i < HmacDrbg.ReseedInterval; i++)
        {
            Assert.IsFalse(drbg.IsReseedRequired);
            drbg.Generate(output, 0, 1);
        }

        Assert.IsTrue(drbg.IsReseedRequired);
        Assert.ThrowsExactly<InvalidOperationException>(() => drbg.Generate(output, 0, 1));

        drbg.Reseed(new byte[32]);

        Assert.IsFalse(drbg.IsReseedRequired);
        drbg.Generate(output, 0, 1);
    }
}

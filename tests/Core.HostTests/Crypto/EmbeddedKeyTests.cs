using System.Numerics;
using DeviceFirmware.Crypto;
using DeviceFirmware.HostTests.Generator;
using DeviceFirmware.Tests;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.HostTests.Crypto;

/// <summary>Keys with a table: the same answers as without, and no table but the key's own.</summary>
[TestClass]
public sealed class EmbeddedKeyTests
{
    [TestMethod]
    public void SignaturesAreJudgedAsWithoutATable()
    {
        Random random = Seed.NewRandom();
        BigInteger scalar = ReferenceP256.FromBytes(random.NextBytes(32)) % ReferenceP256.N;
        (P256PublicKey embedded, ReferenceP256.Point point) = Embedded(scalar);

        for (int round = 0; round < 50; round++)
        {
            byte[] hash = random.NextBytes(32);
            byte[] signature = ReferenceP256.SignDeterministic(scalar, hash);
            Assert.IsTrue(Ecdsa.Verify(embedded, hash, signature));
            signature[random.Next(64)] ^= (byte)(1 << random.Next(8));
            Assert.AreEqual(ReferenceP256.Verify(point, hash, signature), Ecdsa.Verify(embedded, hash, signature));
        }
    }

    // Both combs meet equal, opposite and infinite points here: the keys are G, -G and small multiples.
    [TestMethod]
    public void EdgesAreJudgedAsByTheDefinition()
    {
        BigInteger n = ReferenceP256.N;
        int accepted = 0;

        foreach (BigInteger scalar in new[] { BigInteger.One, 2, n - 1, (n + 1) / 2 })
        {
            (P256PublicKey embedded, ReferenceP256.Point point) = Embedded(scalar);

            foreach (BigInteger nonce in new[] { BigInteger.One, 2, 3, n - 1 })
            {
                foreach (BigInteger number in new[] { 0, 1, n - 1, n - scalar, scalar, (BigInteger.One << 256) - 1 })
                {
                    byte[] hash = ReferenceP256.ToBytes(number);

                    if (ReferenceP256.Sign(scalar, nonce, hash) is { } signature)
                    {
                        accepted++;
                        Assert.IsTrue(Ecdsa.Verify(embedded, hash, signature), $"key {scalar:X}, nonce {nonce:X}, hash {number:X}");
                    }
                }
            }

            // u·G + v·Q is infinity for z = -r·d.
            byte[] r = ReferenceP256.ToBytes(5);
            byte[] opposite = ReferenceP256.ToBytes(ReferenceP256.Mod(-5 * scalar, n));
            Assert.IsFalse(ReferenceP256.Verify(point, opposite, [.. r, .. r]));
            Assert.IsFalse(Ecdsa.Verify(embedded, opposite, [.. r, .. r]));
        }

        Assert.IsGreaterThan(80, accepted);
    }

    [TestMethod]
    public void ATableOfAnotherKeyIsAFaultOfTheBuild()
    {
        byte[] point = ReferenceP256.Multiply(7, ReferenceP256.G)!.Encode();
        long[] words = KeyTable.Words(ReferenceP256.Multiply(7, ReferenceP256.G)!);
        Assert.IsNotNull(P256PublicKey.DecodeEmbedded(point, new KeyTableOfWords(words)));
        Assert.IsNull(P256PublicKey.DecodeEmbedded(ReferenceP256.Multiply(8, ReferenceP256.G)!.Encode(), new KeyTableOfWords(words)));
        Assert.IsNull(P256PublicKey.DecodeEmbedded(point, new KeyTableOfWords([])));
        Assert.IsNull(P256PublicKey.DecodeEmbedded(point, new KeyTableOfWords(words[..^1])));
        foreach (int i in new[] { 0, 511, 1023, 1024 })
        {
            words[i] ^= 1L << (i % 64);
            Assert.IsNull(P256PublicKey.DecodeEmbedded(point, new KeyTableOfWords(words)));
            words[i] ^= 1L << (i % 64);
        }
    }

    private static (P256PublicKey Key, ReferenceP256.Point Point) Embedded(BigInteger scalar)
    {
        ReferenceP256.Point point = ReferenceP256.Multiply(scalar, ReferenceP256.G)!;
        P256PublicKey? key = P256PublicKey.DecodeEmbedded(point.Encode(), new KeyTableOfWords(KeyTable.Words(point)));
        Assert.IsNotNull(key);

        return (key, point);
    }
}

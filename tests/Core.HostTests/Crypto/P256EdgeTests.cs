using System.Numerics;
using DeviceFirmware.Crypto;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.HostTests.Crypto;

/// <summary>The arithmetic behind keys and signatures, at chosen and at random numbers, against BigInteger.</summary>
[TestClass]
public class P256EdgeTests
{
    // Deciding whether a point is on the curve takes every operation modulo p, on operands of our choice.
    [TestMethod]
    public void CurveEquationAtEdgesOfTheField()
    {
        int points = 0;

        foreach (BigInteger number in EdgeNumbers.All())
        {
            BigInteger x = number % ReferenceP256.P;
            BigInteger? y = ReferenceP256.SolveY(x);

            if (y is null)
            {
                continue;
            }

            points++;
            CheckDecode(new(x, y.Value), true);
            CheckDecode(new(x, ReferenceP256.P - y.Value), true);
            CheckDecode(new(x, (y.Value + 1) % ReferenceP256.P), false);
            CheckDecode(new((x + 1) % ReferenceP256.P, y.Value), false);
        }

        Assert.IsGreaterThan(20, points);
    }

    [TestMethod]
    public void CurveEquationAtPairsOfEdges()
    {
        BigInteger[] numbers = [.. EdgeNumbers.All()];

        foreach (BigInteger x in numbers)
        {
            foreach (BigInteger y in numbers)
            {
                byte[] point = new ReferenceP256.Point(x, y).Encode();
                bool isPoint = x < ReferenceP256.P && y < ReferenceP256.P && ReferenceP256.RightSide(x) == ReferenceP256.Mod(y * y, ReferenceP256.P);

                Assert.AreEqual(isPoint, P256PublicKey.Decode(point, 0, point.Length) is not null, Convert.ToHexString(point));
            }
        }
    }

    [TestMethod]
    public void CurveEquationAtRandomPoints()
    {
        Random random = Seed.NewRandom();

        for (int round = 0; round < 300; round++)
        {
            BigInteger x = ReferenceP256.FromBytes(random.NextBytes(32)) % ReferenceP256.P;
            BigInteger? y = ReferenceP256.SolveY(x);

            // Where there is no y, the square root of the wrong sign must not pass for one.
            CheckDecode(new(x, y ?? BigInteger.ModPow(ReferenceP256.RightSide(x), (ReferenceP256.P + 1) / 4, ReferenceP256.P)), y is not null);
        }
    }

    [TestMethod]
    public void PublicKeysOfEdgeScalars()
    {
        foreach (BigInteger scalar in EdgeNumbers.All())
        {
            P256PrivateKey? key = P256PrivateKey.Import(ReferenceP256.ToBytes(scalar));

            if (scalar.IsZero || scalar >= ReferenceP256.N)
            {
                Assert.IsNull(key, $"{scalar:X}");
            }
            else
            {
                Assert.IsNotNull(key, $"{scalar:X}");
                CollectionAssert.AreEqual(ReferenceP256.Multiply(scalar, ReferenceP256.G)!.Encode(), key.PublicKey.Encode(), $"{scalar:X}");
                CollectionAssert.AreEqual(ReferenceP256.ToBytes(scalar), key.ExportScalar());
            }
        }
    }

    [TestMethod]
    public void DeterministicSignaturesOfEdgeKeysAndHashes()
    {
        BigInteger[] hashes = [.. EdgeNumbers.All()];
        BigInteger[] scalars = [.. hashes.Where(number => !number.IsZero && number < ReferenceP256.N)];

        for (int i = 0; i < hashes.Length; i++)
        {
            BigInteger scalar = scalars[i * 7 % scalars.Length];
            byte[] hash = ReferenceP256.ToBytes(hashes[i]);
            P256PrivateKey key = P256PrivateKey.Import(ReferenceP256.ToBytes(scalar));
            byte[] signature = Ecdsa.Sign(key, hash);

            CollectionAssert.AreEqual(ReferenceP256.SignDeterministic(scalar, hash), signature, $"key {scalar:X}, hash {hashes[i]:X}");
            Assert.IsTrue(Ecdsa.Verify(key.PublicKey, hash, signature), $"key {scalar:X}, hash {hashes[i]:X}");
        }
    }

    // Small and large nonces lead verifying through sums of equal, opposite and infinite points.
    [TestMethod]
    public void VerifyingSignaturesWithEdgeNonces()
    {
        BigInteger[] edges = [1, 2, 3, ReferenceP256.N - 1, ReferenceP256.N - 2, ReferenceP256.N / 2];
        BigInteger[] hashes = [0, 1, ReferenceP256.N - 1, ReferenceP256.N, (BigInteger.One << 256) - 1];

        foreach (BigInteger scalar in edges)
        {
            ReferenceP256.Point point = ReferenceP256.Multiply(scalar, ReferenceP256.G)!;
            byte[] encoded = point.Encode();
            P256PublicKey key = P256PublicKey.Decode(encoded, 0, encoded.Length);

            foreach (BigInteger nonce in edges)
            {
                foreach (BigInteger number in hashes)
                {
                    byte[] hash = ReferenceP256.ToBytes(number);

                    if (ReferenceP256.Sign(scalar, nonce, hash) is { } signature)
                    {
                        Assert.IsTrue(Ecdsa.Verify(key, hash, signature), $"key {scalar:X}, nonce {nonce:X}, hash {number:X}");
                    }
                }
            }
        }
    }

    // Almost all of these are refused; a few sums end at infinity on the way or in the end.
    [TestMethod]
    public void VerifyingEdgeSignatures()
    {
        BigInteger n = ReferenceP256.N;
        BigInteger[] keys = [1, 2, n - 1, 5];
        BigInteger[] numbers = [0, 1, n - 1, n, ReferenceP256.G.X, n - ReferenceP256.G.X, (BigInteger.One << 256) - 1];

        foreach (BigInteger scalar in keys)
        {
            ReferenceP256.Point point = ReferenceP256.Multiply(scalar, ReferenceP256.G)!;
            byte[] encoded = point.Encode();
            P256PublicKey key = P256PublicKey.Decode(encoded, 0, encoded.Length);

            foreach (BigInteger r in numbers)
            {
                foreach (BigInteger s in new[] { 0, 1, n - 1, n })
                {
                    foreach (BigInteger number in new[] { 0, 1, r % n, n - r % n })
                    {
                        byte[] hash = ReferenceP256.ToBytes(number);
                        byte[] signature = [.. ReferenceP256.ToBytes(r), .. ReferenceP256.ToBytes(s)];

                        Assert.AreEqual(
                            ReferenceP256.Verify(point, hash, signature),
                            Ecdsa.Verify(key, hash, signature),
                            $"key {scalar:X}, hash {number:X}, signature {Convert.ToHexString(signature)}");
                    }
                }
            }
        }
    }

    private static void CheckDecode(ReferenceP256.Point point, bool expected)
    {
        byte[] encoded = point.Encode();
        P256PublicKey? key = P256PublicKey.Decode(encoded, 0, encoded.Length);

        Assert.AreEqual(expected, key is not null, Convert.ToHexString(encoded));

        if (key is not null)
        {
            CollectionAssert.AreEqual(encoded, key.Encode());
        }
    }
}

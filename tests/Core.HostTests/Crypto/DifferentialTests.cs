using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using DeviceFirmware.Crypto;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.HostTests.Crypto;

/// <summary>
/// Keys, signatures and hashes here and in .NET, many times: what one makes the other must take, and of what is damaged both must say the same.
/// Every eighth number is one of the edges. A failure names its seed; CRYPTO_TEST_CASES sets another number of cases.
/// </summary>
[TestClass]
public class DifferentialTests
{
    /// <summary>Of a run, for P-256; four of each round.</summary>
    private const int Cases = 100_000;

    /// <summary>Of a run, for SHA-256.</summary>
    private const int Hashes = 100_000;

    private static readonly byte[][] _edges = [.. EdgeNumbers.All().Select(ReferenceP256.ToBytes)];

    private static readonly byte[][] _edgeScalars = [.. EdgeNumbers.All().Where(number => !number.IsZero && number < ReferenceP256.N).Select(ReferenceP256.ToBytes)];

    [TestMethod]
    public void KeysAndSignatures()
    {
        int seed = Seed.NewRandom().Next();
        string? asked = Environment.GetEnvironmentVariable("CRYPTO_TEST_CASES");
        int rounds = (asked is null ? Cases : int.Parse(asked, CultureInfo.InvariantCulture)) / 4;
        Parallel.For(0, rounds, round => CheckRound(new Random(unchecked(seed + round)), $"round {round} from {seed}"));
    }

    [TestMethod]
    public void HashesOfAnyLength()
    {
        Random random = Seed.NewRandom();

        for (int i = 0; i < Hashes; i++)
        {
            byte[] message = random.NextBytes(random.Next(260));
            Assert.IsTrue(SHA256.HashData(message).AsSpan().SequenceEqual(Sha256.Hash(message)), Convert.ToHexString(message));
        }
    }

    private static void CheckRound(Random random, string round)
    {
        byte[] scalar = random.Next(8) == 0 ? _edgeScalars[random.Next(_edgeScalars.Length)] : NextScalar(random);
        byte[] hash = random.Next(8) == 0 ? [.. _edges[random.Next(_edges.Length)]] : random.NextBytes(32);
        string what = $"{round}: key {Convert.ToHexString(scalar)}, hash {Convert.ToHexString(hash)}";

        // The same public point.
        P256PrivateKey key = P256PrivateKey.Import(scalar)!;
        using ECDsa theirs = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = scalar });
        ECPoint point = theirs.ExportParameters(false).Q;
        Assert.IsTrue(key.PublicKey.Encode().AsSpan().SequenceEqual((byte[])[0x04, .. point.X!, .. point.Y!]), what);

        // Signed here, verified there.
        byte[] signature = Ecdsa.Sign(key, hash);
        Assert.IsTrue(theirs.VerifyHash(hash, signature), what);

        // Signed there, verified here.
        signature = theirs.SignHash(hash);
        Assert.IsTrue(Ecdsa.Verify(key.PublicKey, hash, signature), what + ", signature " + Convert.ToHexString(signature));

        // Damaged: the same verdict.
        Damage(random, signature, hash);
        Assert.AreEqual(theirs.VerifyHash(hash, signature), Ecdsa.Verify(key.PublicKey, hash, signature), what + ", damaged signature " + Convert.ToHexString(signature));
    }

    private static void Damage(Random random, byte[] signature, byte[] hash)
    {
        switch (random.Next(5))
        {
            case 0:
                _edges[random.Next(_edges.Length)].CopyTo(signature, 0);
                break;
            case 1:
                _edges[random.Next(_edges.Length)].CopyTo(signature, 32);
                break;
            case 2:
                // Still right: the other s.
                ReferenceP256.ToBytes(ReferenceP256.N - ReferenceP256.FromBytes(signature[32..])).CopyTo(signature, 32);
                break;
            case 3:
                signature[random.Next(64)] ^= (byte)(1 << random.Next(8));
                break;
            default:
                (signature[0], signature[32], hash[0]) = (signature[32], signature[0], (byte)random.Next(256));
                break;
        }
    }

    private static byte[] NextScalar(Random random)
    {
        BigInteger scalar = (ReferenceP256.FromBytes(random.NextBytes(32)) % (ReferenceP256.N - 1)) + 1;

        return ReferenceP256.ToBytes(scalar);
    }
}

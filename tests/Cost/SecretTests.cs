using System.Numerics;
using DeviceFirmware.Crypto;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Tests.Cost;

/// <summary>
/// What is done with a secret takes the same number of instructions for every secret, in every method: no branch and no loop depends on one. It says
/// nothing about which table entries are read; nor about time, which on the interpreter also depends on what else runs. Inversions follow what they
/// invert, which is blinded (firmware/Core.Crypto/P256Blind.cs): of them only the number is compared.
/// </summary>
[TestClass]
public sealed class SecretTests
{
    private static readonly BigInteger _order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, null);

    private const string Inversion = "ModularInverse.";

    /// <summary>Scalar multiplication: the public point of a scalar.</summary>
    [TestMethod]
    public void ScalarMultiplicationTakesTheSameForEveryScalar()
    {
        AllTheSame(Secrets(), secret =>
        {
            byte[] scalar = Bytes(secret);
            return () => P256PrivateKey.Import(scalar);
        });
    }

    /// <summary>Signing: for every key, and for nonces as they come from many hashes.</summary>
    [TestMethod]
    public void SigningTakesTheSameForEveryKeyAndNonce()
    {
        AllTheSame(Secrets(), secret =>
        {
            P256PrivateKey key = P256PrivateKey.Import(Bytes(secret));
            byte[] hash = Sha256.Hash(Bytes(secret));
            return () => Ecdsa.Sign(key, hash);
        });
    }

    /// <summary>Key generation, when the first candidate is taken; the next one is needed once in 2^32 times.</summary>
    [TestMethod]
    public void KeyGenerationTakesTheSameForEverySeed()
    {
        AllTheSame(Enumerable.Range(0, 16).Select(i => new BigInteger(i)), seed =>
        {
            HmacDrbg drbg = new(Bytes(seed), new byte[16], null);
            return () => P256PrivateKey.Generate(drbg);
        });
    }

    /// <summary>A loop that depends on the secret would be seen.</summary>
    [TestMethod]
    public void ADependenceIsSeen()
    {
        Assert.Throws<AssertFailedException>(() => AllTheSame(Secrets(), secret =>
        {
            byte[] length = new byte[secret.GetByteCount()];
            return () => FixedTime.AreEqual(length, length);
        }));
    }

    private static void AllTheSame(IEnumerable<BigInteger> secrets, Func<BigInteger, Action> prepare)
    {
        string? expected = null;
        foreach (BigInteger secret in secrets)
        {
            string counted = Describe(new Operation("", 0, () => prepare(secret)).Measure());
            expected ??= counted;
            Assert.AreEqual(expected, counted, "for " + secret.ToString("x"));
        }
    }

    private static string Describe(Measurement m)
    {
        return string.Join('\n', m.Methods
            .Where(cost => !IsInversion(cost) || cost.Method == Inversion + "Invert")
            .Select(cost => IsInversion(cost) ? $"{cost.Method} {cost.Entries}" : $"{cost.Method} {cost.Entries} {cost.Instructions}").Order(StringComparer.Ordinal));
    }

    private static bool IsInversion(MethodCost cost) => cost.Method.StartsWith(Inversion, StringComparison.Ordinal);

    /// <summary>Near 0 and n, of low weight, all ones, runs, and as good as random.</summary>
    private static IEnumerable<BigInteger> Secrets()
    {
        for (int i = 1; i <= 4; i++)
        {
            yield return i;
            yield return _order - i;
        }

        foreach (int bit in new[] { 31, 32, 64, 127, 128, 192, 252, 253, 254, 255 })
        {
            yield return BigInteger.One << bit;
            yield return (BigInteger.One << bit) - 1;
            yield return _order - (BigInteger.One << Math.Min(bit, 254));
        }

        yield return _order / 2;
        yield return (_order / 2) + 1;
        yield return (BigInteger.One << 255) + 1;
        BigInteger pattern = BigInteger.Parse("0" + string.Concat(Enumerable.Repeat("0000FFFF", 8)), System.Globalization.NumberStyles.HexNumber, null);
        yield return pattern;
        yield return pattern << 15;
        for (int i = 0; i < 8; i++)
        {
            yield return new BigInteger(Sha256.Hash([(byte)i]), isUnsigned: true, isBigEndian: true) % _order;
        }
    }

    private static byte[] Bytes(BigInteger value)
    {
        byte[] bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}

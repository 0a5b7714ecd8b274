using System.Numerics;
using DeviceFirmware.Crypto;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Tests.Cost;

/// <summary>
/// Whoever sends a signature chooses its numbers, and the inversion of s and the sums of points follow them: the cost of a verification is bounded all the same.
/// </summary>
[TestClass]
public sealed class HostileNumberTests
{
    /// <summary>A verification of numbers as they come takes 1.76 million.</summary>
    private const long Bound = 2_000_000;

    /// <summary>One in which points meet that are equal or opposite is done again by the definition.</summary>
    private const long ExceptionalBound = 16_000_000;

    private static readonly BigInteger _order = BigInteger.Parse("0FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551", System.Globalization.NumberStyles.HexNumber, null);

    public required TestContext TestContext { get; init; }

    /// <summary>Powers of two, their neighbours and differences, small numbers, and the same below n.</summary>
    [TestMethod]
    public void SparseNumbersCostNoMore()
    {
        P256PublicKey key = P256PrivateKey.Import(Bytes(BigInteger.Parse("1234567890123456789012345678901234567890"))).PublicKey;
        long most = 0;
        foreach (BigInteger s in Sparse().Select(s => ((s % _order) + _order) % _order).Where(s => !s.IsZero).Distinct())
        {
            byte[] signature = [.. Bytes(_order / 3), .. Bytes(s)];
            long cost = new Operation("", 0, () => () => Ecdsa.Verify(key, Bytes(_order / 7), signature)).Measure().Instructions;
            Assert.IsLessThan(Bound, cost, s.ToString("x"));
            most = Math.Max(most, cost);
        }

        TestContext.WriteLine($"at most {most:N0}");
    }

    /// <summary>Keys of small scalars: r = z makes both summands the same point, r = n - z opposite ones.</summary>
    [TestMethod]
    public void PointsThatMeetCostABoundedDetour()
    {
        long most = 0;
        for (int scalar = 1; scalar <= 8; scalar++)
        {
            P256PublicKey key = P256PrivateKey.Import(Bytes(scalar)).PublicKey;
            for (int i = 1; i <= 40; i++)
            {
                BigInteger z = BigInteger.Pow(3, i * 4) % _order;
                foreach (BigInteger r in new[] { z, _order - z, z / scalar, i })
                {
                    byte[] signature = [.. Bytes(r.IsZero ? 1 : r), .. Bytes(i)];
                    long cost = new Operation("", 0, () => () => Ecdsa.Verify(key, Bytes(z), signature)).Measure().Instructions;
                    Assert.IsLessThan(ExceptionalBound, cost, $"{scalar} {i} {r:x}");
                    most = Math.Max(most, cost);
                }
            }
        }

        Assert.IsGreaterThan(Bound, most, "no points met");
        TestContext.WriteLine($"at most {most:N0}");
    }

    private static IEnumerable<BigInteger> Sparse()
    {
        for (int bit = 0; bit < 256; bit++)
        {
            BigInteger power = BigInteger.One << bit;
            foreach (BigInteger s in new[] { power, power - 1, power + 1, power - (BigInteger.One << (bit / 2)), power + (BigInteger.One << (bit / 3)), _order - power, 3 * power + 5 })
            {
                yield return s;
            }
        }
    }

    private static byte[] Bytes(BigInteger value)
    {
        byte[] bytes = value.ToByteArray(isUnsigned: true, isBigEndian: true);
        return [.. new byte[32 - bytes.Length], .. bytes];
    }
}

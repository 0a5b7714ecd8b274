using System.Formats.Asn1;
using System.Numerics;
using DeviceFirmware.Crypto;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.HostTests.Crypto;

/// <summary>The DER reader against .NET's, on damaged signatures: the same verdict, the same numbers.</summary>
[TestClass]
public class EcdsaSignatureDerFuzzTests
{
    [TestMethod]
    public void DamagedSignatures()
    {
        Random random = Seed.NewRandom();
        int taken = 0;

        for (int round = 0; round < 10_000; round++)
        {
            byte[] signature = random.NextBytes(64);
            signature.AsSpan(0, random.Next(33)).Clear();
            signature.AsSpan(32, random.Next(33)).Clear();
            byte[] der = Damage(random, EcdsaSignatureDer.Encode(signature));
            byte[]? expected = Decode(der);
            byte[]? actual = EcdsaSignatureDer.Decode(der, 0, der.Length);

            CollectionAssert.AreEqual(expected, actual, Convert.ToHexString(der));
            taken += actual is null ? 0 : 1;
        }

        Assert.IsGreaterThan(500, taken);
        Assert.IsLessThan(9_500, taken);
    }

    private static byte[] Damage(Random random, byte[] der)
    {
        switch (random.Next(6))
        {
            case 0:
                return der;
            case 1:
                return der[..random.Next(der.Length)];
            case 2:
                return [.. der, (byte)random.Next(256)];
            case 3:
                der[random.Next(Math.Min(der.Length, 6))] = (byte)random.Next(256);
                return der;
            case 4:
                der[random.Next(der.Length)] ^= (byte)(1 << random.Next(8));
                return der;
            default:
                // A byte more or less, with the outer length put right.
                int at = random.Next(2, der.Length);
                byte[] changed = random.Next(2) == 0 ? [.. der[..at], 0, .. der[at..]] : [.. der[..at], .. der[(at + 1)..]];
                changed[1] = (byte)(changed.Length - 2);
                return changed;
        }
    }

    private static byte[]? Decode(byte[] der)
    {
        try
        {
            AsnReader outer = new(der, AsnEncodingRules.DER);
            AsnReader sequence = outer.ReadSequence();
            outer.ThrowIfNotEmpty();
            BigInteger r = sequence.ReadInteger();
            BigInteger s = sequence.ReadInteger();
            sequence.ThrowIfNotEmpty();

            return IsTaken(r) && IsTaken(s) ? [.. ReferenceP256.ToBytes(r), .. ReferenceP256.ToBytes(s)] : null;
        }
        catch (AsnContentException)
        {
            return null;
        }
    }

    private static bool IsTaken(BigInteger value) => value.Sign >= 0 && value < BigInteger.One << 256;
}

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

    // Every value of every byte, in forms of every shape: what is taken is what Encode writes, so there is one form for each signature.
    [TestMethod]
    public void OneFormForEachSignature()
    {
        string[] forms =
        [
            "3006020100020101", "3007020200FF02017F", "300802020080020200FF", "3007020101" + "02020100",
            "3046022100" + new string('F', 64) + "022100" + "80" + new string('0', 62), "30440220" + "7F" + new string('F', 62) + "0220" + "01" + new string('0', 62),
        ];
        int taken = 0;

        foreach (string form in forms)
        {
            byte[] der = Convert.FromHexString(form);

            for (int at = 0; at < der.Length; at++)
            {
                byte right = der[at];

                for (int value = 0; value < 256; value++)
                {
                    der[at] = (byte)value;

                    if (EcdsaSignatureDer.Decode(der, 0, der.Length) is { } signature)
                    {
                        taken++;
                        CollectionAssert.AreEqual(der, EcdsaSignatureDer.Encode(signature), Convert.ToHexString(der));
                    }
                }

                der[at] = right;
            }
        }

        Assert.IsGreaterThan(1_000, taken);
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

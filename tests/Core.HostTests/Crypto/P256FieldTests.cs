using System.Numerics;
using System.Reflection;
using DeviceFirmware.Crypto;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.HostTests.Crypto;

/// <summary>Arithmetic modulo p and the inverses, on operands made of carry patterns at the bounds of the limbs, against BigInteger.</summary>
[TestClass]
public sealed class P256FieldTests
{
    private const int Products = 1_000_000;
    private const int Limbs = 9;
    private const long Top = (1L << 29) - 1;

    private delegate void Binary(long[] result, long[] a, long[] b);

    private delegate void Unary(long[] result, long[] a);

    private delegate void InPlace(long[] value);

    private delegate bool Inverse(long[] value, long[] modulus);

    private static readonly Binary Multiply = Method<Binary>("P256Field", "Multiply");
    private static readonly Unary Square = Method<Unary>("P256Field", "Square");
    private static readonly InPlace Normalize = Method<InPlace>("P256Element", "Normalize");
    private static readonly Inverse Invert = Method<Inverse>("ModularInverse", "Invert");

    // result·2^261 - a·b is a multiple of p: two remainders a case would take minutes, so 200 cases are added up with random weights first. A wrong one stays hidden
    // with a chance of 2^-64, and is then searched for.
    [TestMethod]
    public void ProductsOfCarryPatterns()
    {
        Random random = Seed.NewRandom();
        long[] a = new long[Limbs];
        long[] b = new long[Limbs];
        long[] result = new long[Limbs];
        BigInteger sum = 0;

        for (int i = 0; i < Products; i++)
        {
            Pattern(random, a, 12);
            Pattern(random, b, 12);
            bool square = i % 4 == 0;

            if (square)
            {
                Square(result, a);
            }
            else
            {
                Multiply(result, a, b);
            }

            for (int limb = 0; limb < Limbs - 1; limb++)
            {
                Assert.IsTrue(result[limb] is >= 0 and <= Top);
            }

            // In [-5p, 6p].
            Assert.IsTrue(result[Limbs - 1] is >= -(5L << 24) and < 6L << 24);
            BigInteger difference = (Value(result) << 261) - (Value(a) * Value(square ? a : b));
            sum += difference * random.NextInt64();

            if (i % 200 == 199)
            {
                Assert.IsTrue((sum % ReferenceP256.P).IsZero, $"one of the cases {i - 199} to {i}");
                sum = 0;
            }
        }
    }

    [TestMethod]
    public void NormalFormsOfCarryPatterns()
    {
        Random random = Seed.NewRandom();
        long[] a = new long[Limbs];
        long[] prime = Number(ReferenceP256.P);

        for (int i = 0; i < 100_000; i++)
        {
            Pattern(random, a, 16);

            // Multiples of p and their neighbours.
            if (i % 3 == 0)
            {
                int multiple = random.Next(-15, 16);

                for (int limb = 0; limb < Limbs; limb++)
                {
                    a[limb] = multiple * prime[limb];
                }

                a[0] += random.Next(-2, 3);
            }

            BigInteger expected = ReferenceP256.Mod(Value(a), ReferenceP256.P);
            Normalize(a);
            Assert.AreEqual(expected, Value(a));
            Assert.IsTrue(a.All(limb => limb is >= 0 and <= Top));
        }
    }

    // Powers of two, runs of ones, short, sparse and random numbers, and what lies near the modulus.
    [TestMethod]
    public void Inverses()
    {
        Random random = Seed.NewRandom();

        foreach (BigInteger modulus in new[] { ReferenceP256.P, ReferenceP256.N })
        {
            for (int i = 0; i < 20_000; i++)
            {
                BigInteger value = (i % 6) switch
                {
                    0 => i / 6,
                    1 => modulus - (i / 6) - 1,
                    2 => (BigInteger.One << random.Next(256)) + (random.Next(2) << random.Next(8)),
                    3 => (BigInteger.One << random.Next(256)) - (BigInteger.One << random.Next(256)),
                    4 => Random256(random) >> random.Next(256),
                    _ => modulus / (random.Next(1 << 20) + 1),
                };
                value = ReferenceP256.Mod(value, modulus);
                long[] number = Number(value);

                Assert.AreEqual(!value.IsZero, Invert(number, Number(modulus)), value.ToString("x"));
                BigInteger inverse = Value(number);
                Assert.IsTrue(inverse >= 0 && inverse < modulus && number.All(limb => limb is >= 0 and <= Top), value.ToString("x"));
                Assert.IsTrue(value.IsZero ? inverse.IsZero : inverse * value % modulus == 1, value.ToString("x"));
            }
        }
    }

    // Limbs of zeros, ones, a half, and random ones; limbs below 0 too, as differences have them; the value within the multiple of p.
    private static void Pattern(Random random, long[] limbs, int multiple)
    {
        int kind = random.Next(4);

        for (int i = 0; i < Limbs; i++)
        {
            long limb = random.Next(5) switch
            {
                0 => 0,
                1 => Top,
                2 => 1L << random.Next(29),
                3 => Top - (1L << random.Next(29)),
                _ => random.NextInt64(Top + 1),
            };
            limbs[i] = kind == 0 || (kind == 1 && random.Next(2) == 0) ? -limb : limb;
        }

        long bound = (multiple << 24) - 2;
        limbs[Limbs - 1] = kind switch
        {
            2 => bound,
            3 => -bound,
            _ => random.NextInt64(-bound, bound + 1),
        };
    }

    private static BigInteger Random256(Random random) => ReferenceP256.FromBytes(random.NextBytes(32));

    private static BigInteger Value(long[] limbs)
    {
        BigInteger value = 0;

        // Two limbs at a time.
        for (int i = Limbs - 1; i > 0; i -= 2)
        {
            value = (value << 58) + ((limbs[i] << 29) + limbs[i - 1]);
        }

        return (value << 29) + limbs[0];
    }

    private static long[] Number(BigInteger value)
    {
        long[] limbs = new long[Limbs];

        for (int i = 0; i < Limbs; i++)
        {
            limbs[i] = (long)((value >> (29 * i)) & Top);
        }

        return limbs;
    }

    // Core.Crypto's inside is nobody's business but this test's.
    private static T Method<T>(string type, string name)
        where T : Delegate
    {
        return typeof(Ecdsa).Assembly.GetType("DeviceFirmware.Crypto." + type, throwOnError: true)!.GetMethod(name, BindingFlags.Static | BindingFlags.NonPublic)!.CreateDelegate<T>();
    }
}

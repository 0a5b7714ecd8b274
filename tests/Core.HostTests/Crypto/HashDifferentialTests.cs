using System.Security.Cryptography;
using System.Text;
using DeviceFirmware.Crypto;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.HostTests.Crypto;

/// <summary>SHA-256 and HMAC against those of .NET.</summary>
[TestClass]
public class HashDifferentialTests
{
    // FIPS 180-4 examples, the long one.
    [TestMethod]
    public void MillionTimesA()
    {
        byte[] hash = Sha256.Hash(Encoding.ASCII.GetBytes(new string('a', 1_000_000)));

        Assert.AreEqual("CDC76E5C9914FB9281A1C7E284D73E67F1809A48A497200E046D39CCC7112CD0", Convert.ToHexString(hash));
    }

    [TestMethod]
    public void EveryLengthUpToFourBlocks()
    {
        Random random = Seed.NewRandom();

        for (int length = 0; length <= 4 * Sha256.BlockSize; length++)
        {
            byte[] message = random.NextBytes(length);
            CollectionAssert.AreEqual(SHA256.HashData(message), Sha256.Hash(message), $"length {length}");
        }
    }

    [TestMethod]
    public void RandomPieces()
    {
        Random random = Seed.NewRandom();
        Sha256 sha256 = new();

        for (int round = 0; round < 200; round++)
        {
            byte[] message = random.NextBytes(random.Next(2000));

            for (int offset = 0; offset < message.Length;)
            {
                int count = Math.Min(random.Next(200), message.Length - offset);
                sha256.Append(message, offset, count);
                offset += count;
            }

            CollectionAssert.AreEqual(SHA256.HashData(message), sha256.Finish(), $"round {round}");
        }
    }

    [TestMethod]
    public void RandomKeysAndMessages()
    {
        Random random = Seed.NewRandom();

        for (int keyLength = 0; keyLength <= 200; keyLength++)
        {
            byte[] key = random.NextBytes(keyLength);
            byte[] message = random.NextBytes(random.Next(300));
            CollectionAssert.AreEqual(
                HMACSHA256.HashData(key, message),
                HmacSha256.Mac(key, message),
                $"key of {keyLength}, message of {message.Length}");
        }
    }
}

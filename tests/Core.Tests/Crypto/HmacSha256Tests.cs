using System;
using DeviceFirmware.Crypto;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Crypto
{
    [TestClass]
    public class HmacSha256Tests
    {
        // RFC 4231 §4.2 to §4.8.
        [TestMethod]
        public void Rfc4231()
        {
            CheckMac(
                "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
                Bytes.Repeat(0x0B, 20),
                Bytes.FromAscii("Hi There"));
            CheckMac(
                "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
                Bytes.FromAscii("Jefe"),
                Bytes.FromAscii("what do ya want for nothing?"));
            CheckMac(
                "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
                Bytes.Repeat(0xAA, 20),
                Bytes.Repeat(0xDD, 50));
            CheckMac(
                "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
                Bytes.Count(1, 25),
                Bytes.Repeat(0xCD, 50));

            // §4.6 gives the first 128 bits only.
            byte[] code = HmacSha256.Mac(Bytes.Repeat(0x0C, 20), Bytes.FromAscii("Test With Truncation"));
            CollectionAssert.AreEqual(Bytes.FromHex("a3b6167473100ee06e0c796c2955552b"), Bytes.Part(code, 0, 16));

            CheckMac(
                "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
                Bytes.Repeat(0xAA, 131),
                Bytes.FromAscii("Test Using Larger Than Block-Size Key - Hash Key First"));
            CheckMac(
                "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
                Bytes.Repeat(0xAA, 131),
                Bytes.FromAscii(
                    "This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm."));
        }

        [TestMethod]
        public void KeysUpToABlockAreUsedAsTheyAre()
        {
            // RFC 2104 §2: a shorter key is filled up with zeros, a longer one hashed.
            byte[] data = Bytes.FromAscii("data");
            byte[] key = Bytes.Count(1, 65);

            CollectionAssert.AreEqual(
                HmacSha256.Mac(Bytes.Part(key, 0, 63), data),
                HmacSha256.Mac(Bytes.Join(Bytes.Part(key, 0, 63), new byte[1]), data));
            CollectionAssert.AreEqual(HmacSha256.Mac(Sha256.Hash(key), data), HmacSha256.Mac(key, data));
            CollectionAssert.AreEqual(HmacSha256.Mac(new byte[0], data), HmacSha256.Mac(new byte[64], data));
        }

        [TestMethod]
        public void FinishStartsAFreshMessageUnderTheSameKey()
        {
            byte[] key = Bytes.FromAscii("Jefe");
            byte[] data = Bytes.FromAscii("what do ya want for nothing?");
            byte[] expected = HmacSha256.Mac(key, data);
            HmacSha256 hmac = new HmacSha256(key);

            for (int split = 0; split <= data.Length; split += 7)
            {
                hmac.Append(data, 0, split);
                hmac.Append(data, split, data.Length - split);
                CollectionAssert.AreEqual(expected, hmac.Finish());
            }
        }

        [TestMethod]
        public void TheKeyIsNotKeptByReference()
        {
            byte[] key = Bytes.FromAscii("Jefe");
            byte[] expected = HmacSha256.Mac(key, new byte[0]);
            HmacSha256 hmac = new HmacSha256(key);
            FixedTime.Clear(key);

            CollectionAssert.AreEqual(expected, hmac.Finish());
        }

        [TestMethod]
        public void UseAfterClearThrows()
        {
            HmacSha256 hmac = new HmacSha256(new byte[32]);
            hmac.Clear();
            hmac.Clear();

            Assert.ThrowsException(typeof(InvalidOperationException), () => hmac.Append(new byte[1], 0, 1));
            Assert.ThrowsException(typeof(InvalidOperationException), () => hmac.Finish());
        }

        [TestMethod]
        public void MisuseThrows()
        {
            Assert.ThrowsException(typeof(ArgumentNullException), () => new HmacSha256(null));
            Assert.ThrowsException(typeof(ArgumentNullException), () => HmacSha256.Mac(null, new byte[0]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => HmacSha256.Mac(new byte[0], null));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => new HmacSha256(new byte[0]).Append(new byte[1], 0, 2));
        }

        private static void CheckMac(string expected, byte[] key, byte[] data)
        {
            CollectionAssert.AreEqual(Bytes.FromHex(expected), HmacSha256.Mac(key, data));
        }
    }
}

using System;
using DeviceFirmware.Crypto;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Crypto
{
    // NIST CAVP drbgtestvectors, HMAC_DRBG.rsp, SHA-256, no additional input. Each case generates 128 bytes twice and prints the second.
    [TestClass]
    public class HmacDrbgTests
    {
        [TestMethod]
        public void CavpNoReseed()
        {
            CheckSecondRequest(
                "e528e9abf2dece54d47c7e75e5fe302149f817ea9fb4bee6f4199697d04d5b89d54fbb978a15b5c443c9ec21036d2460b6f73ebad0dc2aba6e624abf07745bc1"
                + "07694bb7547bb0995f70de25d6b29e2d3011bb19d27676c07162c8b5ccde0668961df86803482cb37ed6d5c0bb8d50cf1f50d476aa0458bdaba806f48be9dcb8",
                new HmacDrbg(
                    Bytes.FromHex("ca851911349384bffe89de1cbdc46e6831e44d34a4fb935ee285dd14b71a7488"),
                    Bytes.FromHex("659ba96c601dc69fc902940805ec0ca8"),
                    null));
        }

        [TestMethod]
        public void CavpPersonalization()
        {
            CheckSecondRequest(
                "fc5701b508f0264f4fdb88414768e1afb0a5b445400dcfdeddd0eba67b4fea8c056d79a69fd050759fb3d626b29adb8438326fd583f1ba0475ce7707bd294ab0"
                + "1743d077605866425b1cbd0f6c7bba972b30fbe9fce0a719b044fcc1394354895a9f8304a2b5101909808ddfdf66df6237142b6566588e4e1e8949b90c27fc1f",
                new HmacDrbg(
                    Bytes.FromHex("8ca4a964e1ff68753db86753d09222e09b888b500be46f2a3830afa9172a1d6d"),
                    Bytes.FromHex("a59394e0af764e2f21cf751f623ffa6c"),
                    Bytes.FromHex("eb8164b3bf6c1750a8de8528af16cffdf400856d82260acd5958894a98afeed5")));
        }

        [TestMethod]
        public void CavpReseed()
        {
            HmacDrbg drbg = new HmacDrbg(
                Bytes.FromHex("06032cd5eed33f39265f49ecb142c511da9aff2af71203bffaf34a9ca5bd9c0d"),
                Bytes.FromHex("0e66f71edc43e42a45ad3c6fc6cdc4df"),
                null);
            drbg.Reseed(Bytes.FromHex("01920a4e669ed3a85ae8a33b35a74ad7fb2a6bb4cf395ce00334a9c9a5a5d552"));

            CheckSecondRequest(
                "76fc79fe9b50beccc991a11b5635783a83536add03c157fb30645e611c2898bb2b1bc215000209208cd506cb28da2a51bdb03826aaf2bd2335d576d519160842"
                + "e7158ad0949d1a9ec3e66ea1b1a064b005de914eac2e9d4f2d72a8616a80225422918250ff66a41bd2f864a6a38cc5b6499dc43f7f2bd09e1e0f8f5885935124",
                drbg);
        }

        [TestMethod]
        public void GenerateWritesOnlyItsPart()
        {
            byte[] whole = new byte[33];
            NewDrbg().Generate(whole, 0, 33);
            byte[] buffer = new byte[40];
            NewDrbg().Generate(buffer, 3, 33);

            CollectionAssert.AreEqual(new byte[3], Bytes.Part(buffer, 0, 3));
            CollectionAssert.AreEqual(whole, Bytes.Part(buffer, 3, 33));
            CollectionAssert.AreEqual(new byte[4], Bytes.Part(buffer, 36, 4));
        }

        [TestMethod]
        public void EveryInputMatters()
        {
            byte[] reference = First(NewDrbg());

            CollectionAssert.AreEqual(reference, First(new HmacDrbg(new byte[32], new byte[16], new byte[0])));
            CollectionAssert.AreNotEqual(reference, First(new HmacDrbg(Bytes.Repeat(1, 32), new byte[16], null)));
            CollectionAssert.AreNotEqual(reference, First(new HmacDrbg(new byte[32], Bytes.Repeat(1, 16), null)));
            CollectionAssert.AreNotEqual(reference, First(new HmacDrbg(new byte[32], new byte[16], new byte[1])));

            HmacDrbg reseeded = NewDrbg();
            reseeded.Reseed(new byte[32]);
            CollectionAssert.AreNotEqual(reference, First(reseeded));
        }

        [TestMethod]
        public void RequestsAreLimited()
        {
            byte[] buffer = new byte[HmacDrbg.MaximumRequestSize + 1];
            NewDrbg().Generate(buffer, 0, HmacDrbg.MaximumRequestSize);

            Assert.AreEqual((byte)0, buffer[HmacDrbg.MaximumRequestSize]);
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => NewDrbg().Generate(buffer, 0, buffer.Length));
        }

        [TestMethod]
        public void UseAfterClearThrows()
        {
            HmacDrbg drbg = NewDrbg();
            drbg.Clear();
            drbg.Clear();

            Assert.ThrowsException(typeof(InvalidOperationException), () => drbg.Generate(new byte[1], 0, 1));
            Assert.ThrowsException(typeof(InvalidOperationException), () => drbg.Reseed(new byte[32]));
        }

        [TestMethod]
        public void MisuseThrows()
        {
            Assert.ThrowsException(typeof(ArgumentNullException), () => new HmacDrbg(null, new byte[16], null));
            Assert.ThrowsException(typeof(ArgumentNullException), () => new HmacDrbg(new byte[32], null, null));
            Assert.ThrowsException(typeof(ArgumentException), () => new HmacDrbg(new byte[31], new byte[16], null));
            Assert.ThrowsException(typeof(ArgumentException), () => new HmacDrbg(new byte[32], new byte[15], null));
            Assert.ThrowsException(typeof(ArgumentNullException), () => NewDrbg().Reseed(null));
            Assert.ThrowsException(typeof(ArgumentException), () => NewDrbg().Reseed(new byte[31]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => NewDrbg().Generate(null, 0, 0));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => NewDrbg().Generate(new byte[4], 2, 3));
        }

        private static HmacDrbg NewDrbg()
        {
            return new HmacDrbg(new byte[32], new byte[16], null);
        }

        private static byte[] First(HmacDrbg drbg)
        {
            byte[] output = new byte[32];
            drbg.Generate(output, 0, output.Length);

            return output;
        }

        private static void CheckSecondRequest(string expected, HmacDrbg drbg)
        {
            byte[] output = new byte[128];
            drbg.Generate(output, 0, output.Length);
            drbg.Generate(output, 0, output.Length);

            CollectionAssert.AreEqual(Bytes.FromHex(expected), output);
        }
    }
}

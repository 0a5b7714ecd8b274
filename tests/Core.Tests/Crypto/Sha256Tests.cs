using System;
using DeviceFirmware.Crypto;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Crypto
{
    [TestClass]
    public class Sha256Tests
    {
        // Examples with intermediate values to FIPS 180-4; the empty message is from NIST's SHA256ShortMsg.rsp.
        [TestMethod]
        public void Fips180Examples()
        {
            CheckHash("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", "");
            CheckHash("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "abc");
            CheckHash(
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq");
            CheckHash(
                "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu");
        }

        // Lengths around the places where padding takes one block more: bytes 00, 01, 02, ...
        [TestMethod]
        public void LengthsAroundBlockBorders()
        {
            CheckCount("463eb28e72f82e0a96c0a4cc53690c571281131f672aa229e0d45ae59b598b59", 55);
            CheckCount("da2ae4d6b36748f2a318f23e7ab1dfdf45acdc9d049bd80e59de82a60895f562", 56);
            CheckCount("2fe741af801cc238602ac0ec6a7b0c3a8a87c7fc7d7f02a3fe03d1c12eac4d8f", 57);
            CheckCount("29af2686fd53374a36b0846694cc342177e428d1647515f078784d69cdb9e488", 63);
            CheckCount("fdeab9acf3710362bd2658cdc9a29e8f9c757fcf9811603a8c447cd1d9151108", 64);
            CheckCount("4bfd2c8b6f1eec7a2afeb48b934ee4b2694182027e6d0fc075074f2fabb31781", 65);
            CheckCount("da18797ed7c3a777f0847f429724a2d8cd5138e6ed2895c3fa1a6d39d18f7ec6", 119);
            CheckCount("f52b23db1fbb6ded89ef42a23ce0c8922c45f25c50b568a93bf1c075420bbb7c", 120);
            CheckCount("92ca0fa6651ee2f97b884b7246a562fa71250fedefe5ebf270d31c546bfea976", 127);
            CheckCount("471fb943aa23c511f6f72f8d1652d9c880cfa392ad80503120547703e56a2be5", 128);
        }

        [TestMethod]
        public void PiecesOfAnyLengthGiveTheSameHash()
        {
            byte[] message = Bytes.Count(0, 200);
            byte[] expected = Sha256.Hash(message);
            Sha256 sha256 = new Sha256();

            for (int piece = 1; piece <= 130; piece += 3)
            {
                for (int offset = 0; offset < message.Length; offset += piece)
                {
                    int left = message.Length - offset;
                    sha256.Append(message, offset, left < piece ? left : piece);
                }

                CollectionAssert.AreEqual(expected, sha256.Finish());
            }
        }

        [TestMethod]
        public void EmptyPiecesChangeNothing()
        {
            byte[] message = Bytes.FromAscii("abc");
            Sha256 sha256 = new Sha256();
            sha256.Append(message, 0, 0);
            sha256.Append(message, 0, 1);
            sha256.Append(message, 3, 0);
            sha256.Append(message, 1, 2);
            sha256.Append(new byte[0], 0, 0);

            CollectionAssert.AreEqual(Sha256.Hash(message), sha256.Finish());
        }

        [TestMethod]
        public void FinishStartsAFreshMessage()
        {
            byte[] message = Bytes.FromAscii("abc");
            Sha256 sha256 = new Sha256();
            sha256.Append(message, 0, message.Length);
            sha256.Finish();

            CollectionAssert.AreEqual(Sha256.Hash(new byte[0]), sha256.Finish());
        }

        [TestMethod]
        public void HashOfAPartReadsOnlyThatPart()
        {
            byte[] message = Bytes.FromAscii("xxabcyy");

            CollectionAssert.AreEqual(Sha256.Hash(Bytes.FromAscii("abc")), Sha256.Hash(message, 2, 3));
        }

        [TestMethod]
        public void MisuseThrows()
        {
            Assert.ThrowsException(typeof(ArgumentNullException), () => Sha256.Hash(null));
            Assert.ThrowsException(typeof(ArgumentNullException), () => new Sha256().Append(null, 0, 0));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => new Sha256().Append(new byte[4], -1, 1));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => new Sha256().Append(new byte[4], 0, -1));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => new Sha256().Append(new byte[4], 0, 5));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => new Sha256().Append(new byte[4], 4, 1));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => new Sha256().Append(new byte[4], 2147483647, 2147483647));
        }

        private static void CheckHash(string expected, string message)
        {
            CollectionAssert.AreEqual(Bytes.FromHex(expected), Sha256.Hash(Bytes.FromAscii(message)));
        }

        private static void CheckCount(string expected, int count)
        {
            CollectionAssert.AreEqual(Bytes.FromHex(expected), Sha256.Hash(Bytes.Count(0, count)));
        }
    }
}

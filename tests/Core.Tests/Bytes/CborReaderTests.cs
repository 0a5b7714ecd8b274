using System;
using DeviceFirmware.Bytes;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Bytes
{
    /// <summary>What is not in its one deterministic form (RFC 8949 section 4.2.1) is refused.</summary>
    [TestClass]
    public class CborReaderTests
    {
        [TestMethod]
        public void EachLengthOfIntegerIsReadInItsRangeOnly()
        {
            CheckInteger("00", 0);
            CheckInteger("17", 23);
            CheckInteger("1818", 24);
            CheckInteger("18ff", 255);
            CheckInteger("190100", 256);
            CheckInteger("19ffff", 65535);
            CheckInteger("1a00010000", 65536);
            CheckInteger("1affffffff", 4294967295);
            CheckInteger("1b0000000100000000", 4294967296);
            CheckInteger("1b7fffffffffffffff", 9223372036854775807);

            // The same values, one form longer than they need.
            RefuseInteger("1800");
            RefuseInteger("1817");
            RefuseInteger("190000");
            RefuseInteger("1900ff");
            RefuseInteger("1a00000000");
            RefuseInteger("1a0000ffff");
            RefuseInteger("1b0000000000000000");
            RefuseInteger("1b00000000ffffffff");

            // Above the largest long.
            RefuseInteger("1b8000000000000000");
            RefuseInteger("1bffffffffffffffff");

            // Reserved, and indefinite length.
            RefuseInteger("1c");
            RefuseInteger("1d00");
            RefuseInteger("1e0000");
            RefuseInteger("1f");
        }

        [TestMethod]
        public void HeadsThatEndTooEarlyAreRefused()
        {
            RefuseInteger("");
            RefuseInteger("18");
            RefuseInteger("19");
            RefuseInteger("1901");
            RefuseInteger("1a000100");
            RefuseInteger("1b00000001000000");
        }

        [TestMethod]
        public void OtherMajorTypesAreRefused()
        {
            for (int type = 0; type < 8; type++)
            {
                var data = new byte[] { (byte)(type << 5) };
                var reader = new CborReader(data);
                reader.Unsigned(100);
                Assert.AreEqual(type == 0, reader.IsComplete, "as integer " + type.ToString());
                reader = new CborReader(data);
                reader.Bytes(0, 100);
                Assert.AreEqual(type == 2, reader.IsComplete, "as bytes " + type.ToString());
                reader = new CborReader(data);
                reader.Text(0, 100);
                Assert.AreEqual(type == 3, reader.IsComplete, "as text " + type.ToString());
                reader = new CborReader(data);
                reader.Array(100);
                Assert.AreEqual(type == 4, reader.IsComplete, "as array " + type.ToString());
                reader = new CborReader(data);
                reader.Map(0);
                Assert.AreEqual(type == 5, reader.IsComplete, "as map " + type.ToString());
            }
        }

        [TestMethod]
        public void BoundsAreKept()
        {
            Assert.AreEqual(9L, new CborReader(Hex.Decode("09")).Unsigned(9));
            var reader = new CborReader(Hex.Decode("0a"));
            Assert.AreEqual(0L, reader.Unsigned(9));
            Assert.IsTrue(reader.Failed);

            Assert.AreEqual(2, new CborReader(Hex.Decode("820000")).Array(2));
            RefuseArray("83000000", 2);
            Assert.IsFalse(BytesAreRead("41ff", 2, 9), "below the minimum");
            Assert.IsTrue(BytesAreRead("42ffff", 2, 2));
            Assert.IsFalse(BytesAreRead("43ffffff", 0, 2), "above the maximum");
            Assert.IsFalse(TextIsRead("6161", 2, 9));
            Assert.IsTrue(TextIsRead("626161", 2, 2));
            Assert.IsFalse(TextIsRead("63616161", 0, 2));
        }

        [TestMethod]
        public void LengthsBeyondTheEndAreRefused()
        {
            Assert.IsFalse(BytesAreRead("41", 0, 100));
            Assert.IsFalse(BytesAreRead("4200", 0, 100));
            Assert.IsFalse(BytesAreRead("5820" + "00", 0, 100));
            Assert.IsFalse(BytesAreRead("5a7fffffff00", 0, 0x7FFFFFFF));
            Assert.IsFalse(BytesAreRead("5affffffff00", 0, 0x7FFFFFFF));
            Assert.IsFalse(BytesAreRead("5b7fffffffffffffff", 0, 0x7FFFFFFF));
            Assert.IsFalse(BytesAreRead("5bffffffffffffffff", 0, 0x7FFFFFFF));
            Assert.IsFalse(TextIsRead("61", 0, 100));
            Assert.IsFalse(TextIsRead("7a7fffffff", 0, 0x7FFFFFFF));
        }

        [TestMethod]
        public void IndefiniteLengthsAreRefused()
        {
            Assert.IsFalse(BytesAreRead("5f4100ff", 0, 100));
            Assert.IsFalse(TextIsRead("7f6161ff", 0, 100));
            var reader = new CborReader(Hex.Decode("9fff"));
            reader.Array(10);
            Assert.IsTrue(reader.Failed);
            reader = new CborReader(Hex.Decode("bfff"));
            reader.Map(0);
            Assert.IsTrue(reader.Failed);
        }

        [TestMethod]
        public void TextIsPrintableOnly()
        {
            Assert.IsTrue(TextIsRead("6120", 0, 9));
            Assert.IsTrue(TextIsRead("617e", 0, 9));
            Assert.IsFalse(TextIsRead("6100", 0, 9), "NUL");
            Assert.IsFalse(TextIsRead("610a", 0, 9), "line feed");
            Assert.IsFalse(TextIsRead("617f", 0, 9), "DEL");
            Assert.IsFalse(TextIsRead("62c3a9", 0, 9), "UTF-8");
        }

        [TestMethod]
        public void MapsHaveExactlyTheKeysAskedFor()
        {
            Assert.IsTrue(MapIsRead("a201000200"));
            Assert.IsFalse(MapIsRead("a101000200"), "one pair, and one behind it");
            Assert.IsFalse(MapIsRead("a301000200"), "three pairs, and one missing");
            Assert.IsFalse(MapIsRead("a3010002000300"), "three pairs");
            Assert.IsFalse(MapIsRead("a202000100"), "falling keys");
            Assert.IsFalse(MapIsRead("a201000100"), "the same key twice");
            Assert.IsFalse(MapIsRead("a2180100180200"), "keys in a longer form");
            Assert.IsFalse(MapIsRead("b80201000200"), "head in a longer form");
            Assert.IsFalse(MapIsRead("a20100020000"), "something left over");
            Assert.IsFalse(MapIsRead("a2010002"), "something missing");
        }

        [TestMethod]
        public void AFailureStays()
        {
            var reader = new CborReader(Hex.Decode("ff0141aa6161"));
            Assert.AreEqual(0L, reader.Unsigned(9));
            Assert.AreEqual(0L, reader.Unsigned(9));
            Assert.IsNull(reader.Bytes(0, 9));
            Assert.IsNull(reader.Text(0, 9));
            Assert.AreEqual(0, reader.Array(9));
            Assert.IsTrue(reader.Failed);
            Assert.IsFalse(reader.IsComplete);
        }

        [TestMethod]
        public void APartOfABufferEndsWhereItEnds()
        {
            byte[] data = Hex.Decode("0042aabb00");
            var reader = new CborReader(data, 1, 3);
            CollectionAssert.AreEqual(new byte[] { 0xAA, 0xBB }, reader.Bytes(0, 9));
            Assert.IsTrue(reader.IsComplete);
            reader = new CborReader(data, 1, 2);
            Assert.IsNull(reader.Bytes(0, 9));
            Assert.ThrowsException(typeof(ArgumentNullException), () => new CborReader(null));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => new CborReader(new byte[2], 1, 2));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => new CborReader(new byte[2], -1, 1));
        }

        [TestMethod]
        public void DeepGarbageEndsAtOnce()
        {
            var garbage = new byte[4096];
            for (int fill = 0; fill < 256; fill++)
            {
                for (int i = 0; i < garbage.Length; i++)
                {
                    garbage[i] = (byte)fill;
                }

                var reader = new CborReader(garbage);
                reader.Map(3);
                reader.Key(1);
                reader.Bytes(0, 4096);
                Assert.IsFalse(reader.IsComplete);
            }
        }

        private static void CheckInteger(string encoded, long expected)
        {
            var reader = new CborReader(Hex.Decode(encoded));
            Assert.AreEqual(expected, reader.Unsigned(9223372036854775807), encoded);
            Assert.IsTrue(reader.IsComplete, encoded);
        }

        private static void RefuseInteger(string encoded)
        {
            var reader = new CborReader(Hex.Decode(encoded));
            Assert.AreEqual(0L, reader.Unsigned(9223372036854775807), encoded);
            Assert.IsTrue(reader.Failed, encoded);
        }

        private static void RefuseArray(string encoded, int maximum)
        {
            var reader = new CborReader(Hex.Decode(encoded));
            Assert.AreEqual(0, reader.Array(maximum));
            Assert.IsTrue(reader.Failed, encoded);
        }

        private static bool BytesAreRead(string encoded, int minimum, int maximum)
        {
            var reader = new CborReader(Hex.Decode(encoded));
            byte[] value = reader.Bytes(minimum, maximum);
            return reader.IsComplete && !(value is null);
        }

        private static bool TextIsRead(string encoded, int minimum, int maximum)
        {
            var reader = new CborReader(Hex.Decode(encoded));
            string value = reader.Text(minimum, maximum);
            Assert.AreEqual(reader.IsComplete, !(value is null), encoded);
            return reader.IsComplete;
        }

        private static bool MapIsRead(string encoded)
        {
            var reader = new CborReader(Hex.Decode(encoded));
            reader.Map(2);
            reader.Key(1);
            reader.Unsigned(0);
            reader.Key(2);
            reader.Unsigned(0);
            return reader.IsComplete;
        }
    }
}

using System;
using DeviceFirmware.Bytes;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Bytes
{
    /// <summary>X.690: one encoding for each value, and lengths that fit.</summary>
    [TestClass]
    public class DerReaderTests
    {
        [TestMethod]
        public void WriterAndReaderAgreeAtEveryLengthForm()
        {
            CheckLength(0);
            CheckLength(1);
            CheckLength(0x7F);
            CheckLength(0x80);
            CheckLength(0xFF);
            CheckLength(0x100);
            CheckLength(0xFFFF);
            Assert.ThrowsException(typeof(ArgumentException), () => Der.Item(4, new byte[0x10000]));
            Assert.ThrowsException(typeof(ArgumentException), () => Der.Item(4, null));
        }

        [TestMethod]
        public void LengthsHaveTheShortestForm()
        {
            Assert.IsTrue(ContentIsRead("0401aa"));
            Assert.IsFalse(ContentIsRead("048101aa"), "one byte too many");
            Assert.IsFalse(ContentIsRead("04820001aa"), "two bytes too many");
            Assert.IsFalse(ContentIsRead("0483000001aa"), "three bytes");
            Assert.IsFalse(ContentIsRead("0484000000" + "01aa"), "four bytes");
            Assert.IsFalse(ContentIsRead("0480aa0000"), "indefinite");
            Assert.IsFalse(ContentIsRead("04ffaa"), "reserved");
            string longest = "";
            for (int i = 0; i < 0x7F; i++)
            {
                longest = longest + "00";
            }

            Assert.IsTrue(ContentIsRead("047f" + longest));
            Assert.IsFalse(ContentIsRead("04817f" + longest), "127 fits the short form");
            Assert.IsTrue(ContentIsRead("048180" + longest + "00"));
            Assert.IsFalse(ContentIsRead("04820080" + longest + "00"), "128 fits one byte");
            var huge = new byte[0x10000 + 5];
            huge[0] = 4;
            huge[1] = 0x83;
            huge[2] = 1;
            Assert.IsNull(new DerReader(huge, 0, huge.Length).Content(Der.OctetStringTag), "three bytes, and as much content");
        }

        [TestMethod]
        public void LengthsBeyondTheEndAreRefused()
        {
            Assert.IsFalse(ContentIsRead(""));
            Assert.IsFalse(ContentIsRead("04"));
            Assert.IsFalse(ContentIsRead("0401"));
            Assert.IsFalse(ContentIsRead("0481"));
            Assert.IsFalse(ContentIsRead("0482ff"));
            Assert.IsFalse(ContentIsRead("0482ffff00"));
        }

        [TestMethod]
        public void AnItemInsideEndsWithTheOneAround()
        {
            // The inner length goes beyond the outer one, though not beyond the buffer.
            var reader = new DerReader(Hex.Decode("30030402aabb"), 0, 6);
            DerReader inner = reader.Enter(Der.SequenceTag);
            Assert.IsNull(inner.Content(Der.OctetStringTag));
            Assert.IsTrue(inner.Failed);
            Assert.IsTrue(reader.Failed, "and so fails what is around it");
        }

        [TestMethod]
        public void OtherTagsAreRefused()
        {
            var reader = new DerReader(Hex.Decode("0500"), 0, 2);
            Assert.AreEqual(5, reader.PeekTag());
            Assert.IsNull(reader.Content(Der.OctetStringTag));
            Assert.IsTrue(reader.Failed);
            Assert.AreEqual(-1, reader.PeekTag());
            Assert.IsFalse(reader.HasMore);
        }

        [TestMethod]
        public void WhatIsLeftOverIsAFailure()
        {
            var reader = new DerReader(Hex.Decode("05000500"), 0, 4);
            reader.Content(5);
            Assert.IsFalse(reader.Failed);
            Assert.IsTrue(reader.HasMore);
            Assert.AreEqual(2, reader.Position);
            reader.End();
            Assert.IsTrue(reader.Failed);
        }

        [TestMethod]
        public void WholeItemsKeepTheirHead()
        {
            var reader = new DerReader(Hex.Decode("000401aa"), 1, 3);
            CollectionAssert.AreEqual(Hex.Decode("0401aa"), reader.Whole(Der.OctetStringTag));
            reader.End();
            Assert.IsFalse(reader.Failed);
            Assert.IsNull(reader.Whole(Der.OctetStringTag));
        }

        [TestMethod]
        public void BooleansHaveTwoValues()
        {
            Assert.IsTrue(BooleanIs("0101ff", true));
            Assert.IsTrue(BooleanIs("010100", false));
            Assert.IsFalse(BooleanIs("010101", true));
            Assert.IsFalse(BooleanIs("010101", false));
            Assert.IsFalse(BooleanIs("0102ffff", true));
            Assert.IsFalse(BooleanIs("0100", false));
        }

        [TestMethod]
        public void IntegersAreShortestAndNotNegative()
        {
            CheckInteger("020100", "00");
            CheckInteger("02017f", "7f");
            CheckInteger("02020080", "80");
            CheckInteger("02020100", "0100");
            CheckInteger("02050080000000", "80000000");
            RefuseInteger("0200", "empty");
            RefuseInteger("020180", "negative");
            RefuseInteger("0202ff00", "negative");
            RefuseInteger("02020000", "leading zero");
            RefuseInteger("0202007f", "leading zero");
            RefuseInteger("02050100000000", "too long");
            RefuseInteger("0206008000000000", "too long");
        }

        [TestMethod]
        public void BitStringsHaveNoUnusedBits()
        {
            var reader = new DerReader(Hex.Decode("030200aa"), 0, 4);
            CollectionAssert.AreEqual(new byte[] { 0xAA }, reader.BitString());
            reader = new DerReader(Hex.Decode("030201aa"), 0, 4);
            Assert.IsNull(reader.BitString());
            Assert.IsTrue(reader.Failed);
            reader = new DerReader(Hex.Decode("0300"), 0, 2);
            Assert.IsNull(reader.BitString());
        }

        [TestMethod]
        public void MisuseThrows()
        {
            Assert.ThrowsException(typeof(ArgumentNullException), () => new DerReader(null, 0, 0));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => new DerReader(new byte[2], 1, 2));
        }

        private static void CheckLength(int length)
        {
            byte[] item = Der.Item(Der.OctetStringTag, new byte[length]);
            var reader = new DerReader(item, 0, item.Length);
            byte[] content = reader.Content(Der.OctetStringTag);
            reader.End();
            Assert.IsFalse(reader.Failed, length.ToString());
            Assert.AreEqual(length, content.Length);
        }

        private static bool ContentIsRead(string encoded)
        {
            byte[] data = Hex.Decode(encoded);
            var reader = new DerReader(data, 0, data.Length);
            byte[] content = reader.Content(Der.OctetStringTag);
            reader.End();
            return !reader.Failed && !(content is null);
        }

        private static bool BooleanIs(string encoded, bool value)
        {
            byte[] data = Hex.Decode(encoded);
            var reader = new DerReader(data, 0, data.Length);
            bool read = reader.Boolean();
            reader.End();
            return !reader.Failed && read == value;
        }

        private static void CheckInteger(string encoded, string expected)
        {
            byte[] data = Hex.Decode(encoded);
            var reader = new DerReader(data, 0, data.Length);
            Assert.AreEqual(expected, Hex.Encode(reader.PositiveInteger(4)));
            reader.End();
            Assert.IsFalse(reader.Failed);
        }

        private static void RefuseInteger(string encoded, string why)
        {
            byte[] data = Hex.Decode(encoded);
            var reader = new DerReader(data, 0, data.Length);
            Assert.IsNull(reader.PositiveInteger(4), why);
            Assert.IsTrue(reader.Failed, why);
        }
    }
}

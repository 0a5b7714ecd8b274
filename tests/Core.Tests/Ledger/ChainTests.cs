using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Ledger
{
    /// <summary>Whatever is changed, left out, put in or moved is found, up to the last head that somebody else holds.</summary>
    [TestClass]
    public class ChainTests
    {
        private const string Name = "test:one";
        private const int Body = 64;

        [TestMethod]
        public void AWholeChainIsAccepted()
        {
            byte[][] entries = Write(Name, 5);
            var verifier = new ChainVerifier(Name, ChainPosition.Start(Name), Body);
            verifier.Expect(HeadAt(Name, entries, 5));
            verifier.Expect(HeadAt(Name, entries, 3));
            verifier.Expect(new ChainHead(Name, ChainPosition.Start(Name), 0));
            for (int i = 0; i < entries.Length; i++)
            {
                ChainEntry entry = verifier.Take(entries[i]);
                Assert.AreEqual(i + 1L, entry.Sequence);
                Assert.AreEqual(1000L + i, entry.Time);
                Assert.AreEqual("event", entry.Kind);
                Assert.AreEqual(i, (int)entry.Body[0]);
            }

            Expect(ChainVerdict.Accepted, 0, verifier);
        }

        [TestMethod]
        public void AChainIsReadOnFromAHead()
        {
            byte[][] entries = Write(Name, 5);
            var verifier = new ChainVerifier(Name, HeadAt(Name, entries, 3).Position, Body);
            verifier.Expect(HeadAt(Name, entries, 5));
            Assert.IsNotNull(verifier.Take(entries[3]));
            Assert.IsNotNull(verifier.Take(entries[4]));
            Expect(ChainVerdict.Accepted, 0, verifier);

            var late = new ChainVerifier(Name, HeadAt(Name, entries, 3).Position, Body);
            late.Expect(HeadAt(Name, entries, 2));
            Expect(ChainVerdict.BeforeStart, 2, late);
        }

        [TestMethod]
        public void AnythingLeftOutOrMovedIsAGap()
        {
            byte[][] entries = Write(Name, 5);
            Expect(ChainVerdict.Gap, 3, Walk(entries[0], entries[1], entries[3], entries[4]));
            Expect(ChainVerdict.Gap, 1, Walk(entries[1], entries[2]));
            Expect(ChainVerdict.Gap, 2, Walk(entries[0], entries[2], entries[1]));
            Expect(ChainVerdict.Gap, 2, Walk(entries[0], entries[0]));
        }

        [TestMethod]
        public void AnythingChangedBreaksWhatFollows()
        {
            byte[][] entries = Write(Name, 4);
            ChainEntry second = ChainEntry.Decode(entries[1], Body);
            byte[] changed = ChainEntry.After(ChainEntry.Decode(entries[0], Body).Position, second.Time, second.Kind, new byte[] { 9 }).Encoded;
            Expect(ChainVerdict.Broken, 3, Walk(entries[0], changed, entries[2], entries[3]));

            // At the end nothing follows: there the head tells.
            var verifier = new ChainVerifier(Name, ChainPosition.Start(Name), Body);
            verifier.Expect(HeadAt(Name, entries, 2));
            Assert.IsNotNull(verifier.Take(entries[0]));
            Assert.IsNull(verifier.Take(changed));
            Expect(ChainVerdict.Fork, 2, verifier);
        }

        [TestMethod]
        public void AMissingEndIsFoundByAHead()
        {
            byte[][] entries = Write(Name, 3);
            var verifier = new ChainVerifier(Name, ChainPosition.Start(Name), Body);
            verifier.Expect(HeadAt(Name, entries, 3));
            Assert.IsNotNull(verifier.Take(entries[0]));
            Assert.IsNotNull(verifier.Take(entries[1]));
            Expect(ChainVerdict.Behind, 3, verifier);
        }

        [TestMethod]
        public void EntriesOfAnotherChainDoNotFit()
        {
            byte[][] other = Write("test:two", 2);
            Expect(ChainVerdict.Broken, 1, Walk(other[0], other[1]));

            var verifier = new ChainVerifier(Name, ChainPosition.Start(Name), Body);
            verifier.Expect(HeadAt("test:two", other, 2));
            Expect(ChainVerdict.OtherChain, 2, verifier);
            Assert.IsNull(verifier.Take(Write(Name, 1)[0]));
        }

        [TestMethod]
        public void TheFirstFaultDecides()
        {
            byte[][] entries = Write(Name, 3);
            var verifier = new ChainVerifier(Name, ChainPosition.Start(Name), Body);
            verifier.Expect(HeadAt(Name, entries, 3));
            Assert.IsNull(verifier.Take(new byte[] { 1 }));
            Assert.IsNull(verifier.Take(entries[0]));
            Assert.AreEqual(0L, verifier.Position.Sequence);
            Expect(ChainVerdict.Malformed, 1, verifier);
        }

        [TestMethod]
        public void MalformedEntriesAreNone()
        {
            byte[] good = Write(Name, 1)[0];
            Assert.IsNotNull(ChainEntry.Decode(good, 1));
            Assert.IsNull(ChainEntry.Decode(good, 0));
            Assert.IsNull(ChainEntry.Decode(null, 1));
            Assert.IsNull(ChainEntry.Decode(ByteArray.Concat(good, new byte[1]), 2));
            for (int length = 0; length < good.Length; length++)
            {
                Assert.IsNull(ChainEntry.Decode(ByteArray.Slice(good, 0, length), 1));
            }

            byte[] hash = new byte[32];
            Assert.IsNull(ChainEntry.Decode(Entry(5, 0, "event", hash), 8));
            Assert.IsNull(ChainEntry.Decode(Entry(5, 1, "Event", hash), 8));
            Assert.IsNull(ChainEntry.Decode(Entry(5, 1, "event", new byte[31]), 8));
            Assert.IsNull(ChainEntry.Decode(Entry(4, 1, "event", hash), 8));
            Assert.IsNotNull(ChainEntry.Decode(Entry(5, 1, "event", hash), 8));
        }

        [TestMethod]
        public void AHeadIsItsWritersOnly()
        {
            ChainHead head = HeadAt(Name, Write(Name, 2), 2);
            byte[] signed = Sign(head, TestKeys.Device);
            Assert.IsTrue(signed.Length <= ChainHead.MaximumSize);
            ChainHead read = ChainHead.Read(signed, TestKeys.Device.PublicKey);
            Assert.AreEqual(Name, read.Chain);
            Assert.AreEqual(77L, read.Time);
            Assert.IsTrue(read.Position.IsSameAs(head.Position));

            Assert.IsNull(ChainHead.Read(signed, TestKeys.Stranger.PublicKey));
            Assert.IsNull(ChainHead.Read(ByteArray.Slice(signed, 0, signed.Length - 1), TestKeys.Device.PublicKey));
            Assert.IsNull(ChainHead.Read(Purpose("DeviceFirmware/order/1", head), TestKeys.Device.PublicKey));
        }

        [TestMethod]
        public void TheLongestOfEverythingFits()
        {
            string name = "";
            while (name.Length < ChainPosition.MaximumName)
            {
                name += "n";
            }

            var last = new ChainPosition(0x7FFFFFFFFFFFFFFE, new byte[32]);
            byte[] encoded = ChainEntry.After(last, 0x7FFFFFFFFFFFFFFF, "0123456789abcdef0123456789abcdef", new byte[Body]).Encoded;
            Assert.IsNotNull(ChainEntry.Decode(encoded, Body));
            Assert.IsTrue(encoded.Length <= ChainEntry.MaximumOverhead + Body);
            byte[] signed = Sign(new ChainHead(name, new ChainPosition(0x7FFFFFFFFFFFFFFF, new byte[32]), 0x7FFFFFFFFFFFFFFF), TestKeys.Device);
            Assert.IsNotNull(ChainHead.Read(signed, TestKeys.Device.PublicKey));
            Assert.IsTrue(signed.Length <= ChainHead.MaximumSize);
        }

        [TestMethod]
        public void MisuseThrows()
        {
            ChainPosition start = ChainPosition.Start(Name);
            Assert.ThrowsException(typeof(ArgumentException), () => ChainPosition.Start(""));
            Assert.ThrowsException(typeof(ArgumentException), () => new ChainPosition(1, new byte[31]));
            Assert.ThrowsException(typeof(ArgumentException), () => ChainEntry.After(start, 0, "No name", new byte[0]));
            Assert.ThrowsException(typeof(ArgumentException), () => ChainEntry.After(start, 0, "event", new byte[ChainEntry.MaximumBody + 1]));
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => ChainEntry.After(start, -1, "event", new byte[0]));
        }

        private static byte[][] Write(string chain, int count)
        {
            var entries = new byte[count][];
            ChainPosition last = ChainPosition.Start(chain);
            for (int i = 0; i < count; i++)
            {
                ChainEntry entry = ChainEntry.After(last, 1000 + i, "event", new byte[] { (byte)i });
                entries[i] = entry.Encoded;
                last = entry.Position;
            }

            return entries;
        }

        private static ChainHead HeadAt(string chain, byte[][] entries, int sequence)
        {
            return new ChainHead(chain, ChainEntry.Decode(entries[sequence - 1], Body).Position, 77);
        }

        private static ChainVerifier Walk(params byte[][] entries)
        {
            var verifier = new ChainVerifier(Name, ChainPosition.Start(Name), Body);
            for (int i = 0; i < entries.Length; i++)
            {
                verifier.Take(entries[i]);
            }

            return verifier;
        }

        private static void Expect(ChainVerdict verdict, long culprit, ChainVerifier verifier)
        {
            Assert.AreEqual((int)verdict, (int)verifier.End());
            Assert.AreEqual((int)verdict, (int)verifier.Verdict);
            Assert.AreEqual(culprit, verifier.Culprit);
        }

        private static byte[] Entry(int items, long sequence, string kind, byte[] previous)
        {
            CborWriter writer = new CborWriter().Array(items).Unsigned(sequence).Bytes(previous).Unsigned(1).Text(kind);
            return items == 5 ? writer.Bytes(new byte[1]).ToArray() : writer.ToArray();
        }

        private static byte[] Sign(ChainHead head, P256PrivateKey key)
        {
            byte[] keyHash = key.PublicKey.KeyHash();
            return head.Encode(keyHash, Ecdsa.Sign(key, head.Digest(keyHash)));
        }

        private static byte[] Purpose(string context, ChainHead head)
        {
            byte[] keyHash = TestKeys.Device.PublicKey.KeyHash();
            byte[] payload = CoseSign1.Decode(Sign(head, TestKeys.Device), 1000).Payload;
            return CoseSign1.Encode(keyHash, payload, Ecdsa.Sign(TestKeys.Device, CoseSign1.Digest(keyHash, payload, context)));
        }
    }
}

using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Memory;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Trust
{
    /// <summary>A set is staged, tried, confirmed under itself; the board goes back to the old one until then.</summary>
    [TestClass]
    public class TrustSetTests
    {
        private const int Tries = 8;
        private const long Now = 1775044800;

        [TestMethod]
        public void WithoutARecordTheBuiltInSetIsUsed()
        {
            TrustSets sets = Load(new MemoryFiles());
            Assert.AreEqual(0L, sets.Active.Sequence);
            Assert.IsNull(sets.Staged);
            sets.BeginConnection();
            Assert.IsFalse(sets.IsTrying);
            Assert.IsFalse(sets.Answered());
            Assert.AreEqual("old.broker", sets.Current.Host);
        }

        [TestMethod]
        public void AStagedSetIsTriedThenConfirmed()
        {
            var files = new MemoryFiles();
            TrustSets sets = Load(files);
            Expect(TrustSetVerdict.Staged, sets.Stage(TestTrust.Set(1).Encode(), Now));
            Assert.AreEqual("old.broker", sets.Current.Host);
            sets.BeginConnection();
            Assert.IsTrue(sets.IsTrying);
            Assert.AreEqual("new.broker", sets.Current.Host);
            Assert.IsTrue(sets.Answered());
            Assert.AreEqual(1L, sets.Active.Sequence);
            Assert.IsNull(sets.Staged);

            sets = Load(files);
            Assert.AreEqual(1L, sets.Active.Sequence);
            Assert.AreEqual("new.broker", sets.Current.Host);
            Assert.IsNull(sets.Staged);
        }

        [TestMethod]
        public void AfterConfirmingNoCopyHoldsTheOldSet()
        {
            var files = new MemoryFiles();
            TrustSets sets = Load(files);
            Confirm(sets, 1, "first.broker");
            Confirm(sets, 2, "second.broker");
            Assert.IsFalse(Holds(files, "trust.0", "first.broker"));
            Assert.IsFalse(Holds(files, "trust.1", "first.broker"));
            Assert.IsTrue(Holds(files, "trust.0", "second.broker"));
        }

        [TestMethod]
        public void WhatACutLeavesOfTheOldSetGoesAtTheNextStart()
        {
            var files = new MemoryFiles();
            TrustSets sets = Load(files);
            Confirm(sets, 1, "first.broker");
            sets.Stage(Set(2, "second.broker").Encode(), Now);
            sets.BeginConnection();

            // A write is two operations: the first of the second write.
            files.CutAt(files.Operations + 3, MemoryFiles.Nothing);
            Assert.ThrowsException(typeof(PowerCutException), () => sets.Answered());
            files.PowerOn();
            Assert.IsTrue(Holds(files, "trust.0", "first.broker") || Holds(files, "trust.1", "first.broker"), "there is something to erase");
            sets = Load(files);
            Assert.AreEqual("second.broker", sets.Active.Host);
            sets.FinishErasing();
            Assert.IsFalse(Holds(files, "trust.0", "first.broker"));
            Assert.IsFalse(Holds(files, "trust.1", "first.broker"));
            int operations = files.Operations;
            sets.FinishErasing();
            sets = Load(files);
            sets.FinishErasing();
            Assert.AreEqual(operations, files.Operations, "once");
            Assert.AreEqual("second.broker", sets.Active.Host);
        }

        [TestMethod]
        public void TheSetInForceIsInForce()
        {
            var files = new MemoryFiles();
            TrustSets sets = Load(files);
            Confirm(sets, 5, "fifth.broker");
            int operations = files.Operations;
            Expect(TrustSetVerdict.InForce, sets.Stage(Set(5, "fifth.broker").Encode(), Now));
            Expect(TrustSetVerdict.InForce, Load(files).Stage(Set(5, "fifth.broker").Encode(), Now));
            Expect(TrustSetVerdict.NotNewer, sets.Stage(Set(5, "other.broker").Encode(), Now));
            Expect(TrustSetVerdict.NotNewer, sets.Stage(Set(4, "fifth.broker").Encode(), Now));
            Assert.AreEqual(operations, files.Operations);
        }

        [TestMethod]
        public void TheBoardGoesFromOneToTheOther()
        {
            TrustSets sets = Load(new MemoryFiles());
            sets.Stage(TestTrust.Set(1).Encode(), Now);
            for (int i = 0; i < 20; i++)
            {
                sets.BeginConnection();
                Assert.AreEqual(i % 2 == 0, sets.IsTrying);
            }
        }

        [TestMethod]
        public void ItIsGivenUpOverTheOldSetOnly()
        {
            TrustSets sets = Load(new MemoryFiles());
            sets.Stage(TestTrust.Set(1).Encode(), Now);
            for (int i = 1; i <= Tries; i++)
            {
                Assert.IsNotNull(sets.Staged);
                sets.BeginConnection();
                Assert.IsTrue(sets.IsTrying);
                sets.BeginConnection();
                Assert.IsFalse(sets.IsTrying);
                Assert.AreEqual(i == Tries, sets.Answered());
            }

            Assert.IsNull(sets.Staged);
            Assert.AreEqual(0L, sets.Active.Sequence);

            // Given up is not refused: the same set may be tried again.
            Expect(TrustSetVerdict.Staged, sets.Stage(TestTrust.Set(1).Encode(), Now));
            sets.BeginConnection();
            Assert.IsTrue(sets.IsTrying);
        }

        [TestMethod]
        public void WithoutTheOldSetItIsNeverGivenUp()
        {
            TrustSets sets = Load(new MemoryFiles());
            sets.Stage(TestTrust.Set(1).Encode(), Now);
            for (int i = 0; i < 100; i++)
            {
                sets.BeginConnection();
            }

            Assert.IsNotNull(sets.Staged);
            sets.BeginConnection();
            Assert.IsTrue(sets.IsTrying);
            Assert.IsTrue(sets.Answered());
            Assert.AreEqual(1L, sets.Active.Sequence);
        }

        [TestMethod]
        public void ATryThatHungTheBoardIsNotTheFirstThingAgain()
        {
            var files = new MemoryFiles();
            TrustSets sets = Load(files);
            sets.Stage(TestTrust.Set(1).Encode(), Now);
            sets = Load(files);
            sets.BeginConnection();
            Assert.IsTrue(sets.IsTrying);

            sets = Load(files);
            sets.BeginConnection();
            Assert.IsFalse(sets.IsTrying);
            sets.BeginConnection();
            Assert.IsTrue(sets.IsTrying);
        }

        [TestMethod]
        public void SequenceNumbersOnlyRise()
        {
            var files = new MemoryFiles();
            TrustSets sets = Load(files);
            Confirm(sets, 5, "fifth.broker");
            Expect(TrustSetVerdict.NotNewer, sets.Stage(TestTrust.Set(5).Encode(), Now));
            Expect(TrustSetVerdict.NotNewer, sets.Stage(TestTrust.Set(4).Encode(), Now));
            Expect(TrustSetVerdict.NotNewer, Load(files).Stage(TestTrust.Set(4).Encode(), Now));
            Assert.IsNull(sets.Staged);
            Expect(TrustSetVerdict.Staged, sets.Stage(TestTrust.Set(6).Encode(), Now));
        }

        [TestMethod]
        public void TheSameSetAgainKeepsItsTries()
        {
            TrustSets sets = Load(new MemoryFiles());
            sets.Stage(TestTrust.Set(1).Encode(), Now);
            sets.BeginConnection();
            Expect(TrustSetVerdict.Staged, sets.Stage(TestTrust.Set(1).Encode(), Now));
            Assert.IsTrue(sets.IsTrying);
            sets.BeginConnection();
            Assert.IsFalse(sets.IsTrying);

            Expect(TrustSetVerdict.Staged, sets.Stage(TestTrust.Set(2).Encode(), Now));
            Assert.AreEqual(2L, sets.Staged.Sequence);
            sets.BeginConnection();
            Assert.IsTrue(sets.IsTrying);
        }

        [TestMethod]
        public void OnlyASetThatABoardCanLiveWithIsStaged()
        {
            TrustSets sets = Load(new MemoryFiles());
            byte[] good = TestTrust.Set(1).Encode();
            Expect(TrustSetVerdict.Malformed, sets.Stage(null, Now));
            Expect(TrustSetVerdict.Malformed, sets.Stage(ByteArray.Slice(good, 0, good.Length - 1), Now));
            Expect(TrustSetVerdict.Malformed, sets.Stage(ByteArray.Concat(good, new byte[1]), Now));
            Expect(TrustSetVerdict.Malformed, sets.Stage(TestTrust.Set(0).Encode(), Now));
            Expect(TrustSetVerdict.Malformed, sets.Stage(new TrustSet(1, TestTrust.Root, TestTrust.OperationalCa, "new.broker", 0, TestTrust.TimeKey).Encode(), Now));
            Expect(TrustSetVerdict.Malformed, sets.Stage(new TrustSet(1, TestTrust.Root, TestTrust.OperationalCa, "", 1, TestTrust.TimeKey).Encode(), Now));

            // A root that is none, that allows no CA below it, that another signed.
            Expect(TrustSetVerdict.WrongRoot, Staged(new byte[9], TestTrust.OperationalCa, TestTrust.TimeKey));
            Expect(TrustSetVerdict.WrongRoot, Staged(TestPki.Device, TestTrust.OperationalCa, TestTrust.TimeKey));
            Expect(TrustSetVerdict.WrongRoot, Staged(TestPki.FleetRoot, TestTrust.OperationalCa, TestTrust.TimeKey));
            Expect(TrustSetVerdict.WrongRoot, Staged(TestTrust.RootBuilder().Build(TestKeys.Stranger), TestTrust.OperationalCa, TestTrust.TimeKey));

            // An operational CA of another root, that may sign further CAs, that is none.
            Expect(TrustSetVerdict.WrongOperationalCa, Staged(TestTrust.Root, TestTrust.CaBuilder(0).Build(TestKeys.Stranger), TestTrust.TimeKey));
            Expect(TrustSetVerdict.WrongOperationalCa, Staged(TestTrust.Root, TestTrust.CaBuilder(1).Build(TestKeys.FleetRoot), TestTrust.TimeKey));
            Expect(TrustSetVerdict.WrongOperationalCa, Staged(TestTrust.Root, TestPki.Device, TestTrust.TimeKey));
            Expect(TrustSetVerdict.WrongTimeKey, Staged(TestTrust.Root, TestTrust.OperationalCa, new byte[65]));
            Expect(TrustSetVerdict.Malformed, sets.Stage(new TrustSet(1, TestTrust.Root, TestTrust.OperationalCa, "new broker", 1, TestTrust.TimeKey).Encode(), Now));
            Expect(TrustSetVerdict.Staged, Staged(TestTrust.Root, TestTrust.OperationalCa, TestTrust.TimeKey));
            Expect(TrustSetVerdict.Staged, Staged(TestTrust.Root, new byte[0], TestTrust.TimeKey));
        }

        [TestMethod]
        public void ARootIsACaThatAllowsOneBelowIt()
        {
            CertificateBuilder leaf = new CertificateBuilder(Name.Common("fleet root 2"), Name.Common("fleet root 2"), TestKeys.FleetRoot.PublicKey)
            {
                NotAfter = CertificateBuilder.Utc("460101000000Z"),
            };
            Expect(TrustSetVerdict.WrongRoot, Staged(leaf.Build(TestKeys.FleetRoot), new byte[0], TestTrust.TimeKey));
            leaf.With(Extension.BasicConstraints(true, 1)).With(Extension.KeyUsage(0x80));
            Expect(TrustSetVerdict.WrongRoot, Staged(leaf.Build(TestKeys.FleetRoot), new byte[0], TestTrust.TimeKey));
        }

        [TestMethod]
        public void AnOperationalCaIsACaUnderTheRoot()
        {
            CertificateBuilder signer = new CertificateBuilder(Name.Common("fleet root 2"), Name.Common("operational"), TestKeys.Issuing.PublicKey)
            {
                NotAfter = CertificateBuilder.Utc("360101000000Z"),
            }
                .With(Extension.BasicConstraints(true, 0))
                .With(Extension.KeyUsage(0x80));
            Expect(TrustSetVerdict.WrongOperationalCa, Staged(TestTrust.Root, signer.Build(TestKeys.FleetRoot), TestTrust.TimeKey));
        }

        [TestMethod]
        public void ASetThatNeverEndsBoundsNoTime()
        {
            CertificateBuilder root = TestTrust.RootBuilder();
            root.NotAfter = CertificateBuilder.Generalized("99991231235959Z");
            Expect(TrustSetVerdict.NeverEnds, Staged(root.Build(TestKeys.FleetRoot), TestTrust.OperationalCa, TestTrust.TimeKey));
            CertificateBuilder authority = TestTrust.CaBuilder(0);
            authority.NotAfter = CertificateBuilder.Generalized("99991231235959Z");
            Expect(TrustSetVerdict.NeverEnds, Staged(TestTrust.Root, authority.Build(TestKeys.FleetRoot), TestTrust.TimeKey));
        }

        [TestMethod]
        public void OnlyASetOfTodayIsStaged()
        {
            TrustSet set = TestTrust.Set(1);
            Assert.AreEqual(2082758400L, set.Ends, "the earliest end: the operational CA's");
            Expect(TrustSetVerdict.OutOfDate, Load(new MemoryFiles()).Stage(set.Encode(), set.Ends));
            Expect(TrustSetVerdict.Staged, Load(new MemoryFiles()).Stage(set.Encode(), set.Ends - 1));
            Expect(TrustSetVerdict.OutOfDate, Load(new MemoryFiles()).Stage(set.Encode(), set.Begins - 1));
            Expect(TrustSetVerdict.Staged, Load(new MemoryFiles()).Stage(set.Encode(), set.Begins));
        }

        [TestMethod]
        public void AnotherIdentityIsToldAnew()
        {
            var files = new MemoryFiles();
            TrustSets sets = Load(files);
            Confirm(sets, 3, "third.broker");
            sets = TrustSets.Load(new RecordStore(files), new TrustSet(TrustSet.BuiltIn, TestPki.FleetRoot, new byte[0], "old.broker", 8883, new byte[0]), ByteArray.Concat(new byte[] { 1 }, new byte[31]));
            Assert.AreEqual("old.broker", sets.Current.Host);
            Assert.AreEqual("third.broker", Load(files).Current.Host);
        }

        [TestMethod]
        public void TheLargestSetFits()
        {
            string host = "";
            while (host.Length < 128)
            {
                host += "h";
            }

            var largest = new TrustSet(0xFFFFFFFF, new byte[768], new byte[768], host, 65535, new byte[65]);
            Assert.IsNotNull(TrustSet.Decode(largest.Encode()));
            Assert.IsTrue(largest.Encode().Length <= TrustSet.MaximumSize);
            Assert.IsTrue((2 * TrustSet.MaximumSize) + 64 <= RecordStore.MaximumBody);
        }

        [TestMethod]
        public void ARecordThatIsNoneCountsAsNone()
        {
            var files = new MemoryFiles();
            new RecordStore(files).Write(TrustSets.RecordName, new byte[] { 0xA0 });
            Assert.AreEqual(0L, Load(files).Active.Sequence);
        }

        private static void Confirm(TrustSets sets, long sequence, string host)
        {
            Expect(TrustSetVerdict.Staged, sets.Stage(Set(sequence, host).Encode(), Now));
            sets.BeginConnection();
            Assert.IsTrue(sets.Answered());
        }

        private static TrustSet Set(long sequence, string host)
        {
            return new TrustSet(sequence, TestTrust.Root, TestTrust.OperationalCa, host, 8884, TestTrust.TimeKey);
        }

        private static TrustSets Load(MemoryFiles files)
        {
            return TrustSets.Load(new RecordStore(files), new TrustSet(TrustSet.BuiltIn, TestPki.FleetRoot, new byte[0], "old.broker", 8883, new byte[0]), new byte[32]);
        }

        private static TrustSetVerdict Staged(byte[] root, byte[] operationalCa, byte[] timeKey)
        {
            return Load(new MemoryFiles()).Stage(new TrustSet(1, root, operationalCa, "new.broker", 8884, timeKey).Encode(), Now);
        }

        private static void Expect(TrustSetVerdict expected, TrustSetVerdict actual)
        {
            Assert.AreEqual((int)expected, (int)actual);
        }

        private static bool Holds(MemoryFiles files, string name, string text)
        {
            byte[] wanted = Ascii.GetBytes(text);
            var file = new byte[files.Length(name)];
            files.Read(name, 0, file, 0, file.Length);
            for (int i = 0; i + wanted.Length <= file.Length; i++)
            {
                if (ByteArray.AreEqual(wanted, ByteArray.Slice(file, i, wanted.Length)))
                {
                    return true;
                }
            }

            return false;
        }
    }
}

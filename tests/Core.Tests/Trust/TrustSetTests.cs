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

        private static byte[] _root;
        private static byte[] _operationalCa;

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
            Expect(TrustSetVerdict.Staged, sets.Stage(Set(1).Encode()));
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
        public void TheBoardGoesFromOneToTheOther()
        {
            TrustSets sets = Load(new MemoryFiles());
            sets.Stage(Set(1).Encode());
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
            sets.Stage(Set(1).Encode());
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
            Expect(TrustSetVerdict.Staged, sets.Stage(Set(1).Encode()));
            sets.BeginConnection();
            Assert.IsTrue(sets.IsTrying);
        }

        [TestMethod]
        public void WithoutTheOldSetItIsNeverGivenUp()
        {
            TrustSets sets = Load(new MemoryFiles());
            sets.Stage(Set(1).Encode());
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
            sets.Stage(Set(1).Encode());
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
            Expect(TrustSetVerdict.NotNewer, sets.Stage(Set(5).Encode()));
            Expect(TrustSetVerdict.NotNewer, sets.Stage(Set(4).Encode()));
            Expect(TrustSetVerdict.NotNewer, Load(files).Stage(Set(4).Encode()));
            Assert.IsNull(sets.Staged);
            Expect(TrustSetVerdict.Staged, sets.Stage(Set(6).Encode()));
        }

        [TestMethod]
        public void TheSameSetAgainKeepsItsTries()
        {
            TrustSets sets = Load(new MemoryFiles());
            sets.Stage(Set(1).Encode());
            sets.BeginConnection();
            Expect(TrustSetVerdict.Staged, sets.Stage(Set(1).Encode()));
            Assert.IsTrue(sets.IsTrying);
            sets.BeginConnection();
            Assert.IsFalse(sets.IsTrying);

            Expect(TrustSetVerdict.Staged, sets.Stage(Set(2).Encode()));
            Assert.AreEqual(2L, sets.Staged.Sequence);
            sets.BeginConnection();
            Assert.IsTrue(sets.IsTrying);
        }

        [TestMethod]
        public void OnlyASetThatABoardCanLiveWithIsStaged()
        {
            TrustSets sets = Load(new MemoryFiles());
            byte[] good = Set(1).Encode();
            Expect(TrustSetVerdict.Malformed, sets.Stage(null));
            Expect(TrustSetVerdict.Malformed, sets.Stage(ByteArray.Slice(good, 0, good.Length - 1)));
            Expect(TrustSetVerdict.Malformed, sets.Stage(ByteArray.Concat(good, new byte[1])));
            Expect(TrustSetVerdict.Malformed, sets.Stage(Set(0).Encode()));
            Expect(TrustSetVerdict.Malformed, sets.Stage(new TrustSet(1, Root(), OperationalCa(), "new.broker", 0, TimeKey()).Encode()));
            Expect(TrustSetVerdict.Malformed, sets.Stage(new TrustSet(1, Root(), OperationalCa(), "", 1, TimeKey()).Encode()));

            // A root that is none, that allows no CA below it, that another signed.
            Expect(TrustSetVerdict.WrongRoot, Staged(new byte[9], OperationalCa(), TimeKey()));
            Expect(TrustSetVerdict.WrongRoot, Staged(TestPki.Device, OperationalCa(), TimeKey()));
            Expect(TrustSetVerdict.WrongRoot, Staged(TestPki.FleetRoot, OperationalCa(), TimeKey()));
            Expect(TrustSetVerdict.WrongRoot, Staged(RootBuilder().Build(TestKeys.Stranger), OperationalCa(), TimeKey()));

            // An operational CA of another root, that may sign further CAs, that is none.
            Expect(TrustSetVerdict.WrongOperationalCa, Staged(Root(), CaBuilder(0).Build(TestKeys.Stranger), TimeKey()));
            Expect(TrustSetVerdict.WrongOperationalCa, Staged(Root(), CaBuilder(1).Build(TestKeys.FleetRoot), TimeKey()));
            Expect(TrustSetVerdict.WrongOperationalCa, Staged(Root(), TestPki.Device, TimeKey()));
            Expect(TrustSetVerdict.WrongTimeKey, Staged(Root(), OperationalCa(), new byte[65]));
            Expect(TrustSetVerdict.Staged, Staged(Root(), OperationalCa(), TimeKey()));
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
            Assert.IsTrue((2 * TrustSet.MaximumSize) + 16 <= RecordStore.MaximumBody);
        }

        [TestMethod]
        public void ARecordThatIsNoneCountsAsNone()
        {
            var files = new MemoryFiles();
            new RecordStore(files).Write(TrustSets.RecordName, new byte[] { 0xA0 });
            Assert.AreEqual(0L, Load(files).Active.Sequence);
        }

        internal static TrustSet Set(long sequence)
        {
            return new TrustSet(sequence, Root(), OperationalCa(), "new.broker", 8884, TimeKey());
        }

        private static void Confirm(TrustSets sets, long sequence, string host)
        {
            Expect(TrustSetVerdict.Staged, sets.Stage(new TrustSet(sequence, Root(), OperationalCa(), host, 8884, TimeKey()).Encode()));
            sets.BeginConnection();
            Assert.IsTrue(sets.Answered());
        }

        private static TrustSets Load(MemoryFiles files)
        {
            return TrustSets.Load(new RecordStore(files), new TrustSet(TrustSet.BuiltIn, TestPki.FleetRoot, new byte[0], "old.broker", 8883, new byte[0]));
        }

        private static TrustSetVerdict Staged(byte[] root, byte[] operationalCa, byte[] timeKey)
        {
            return Load(new MemoryFiles()).Stage(new TrustSet(1, root, operationalCa, "new.broker", 8884, timeKey).Encode());
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

        private static byte[] Root()
        {
            return _root ?? (_root = RootBuilder().Build(TestKeys.FleetRoot));
        }

        private static byte[] OperationalCa()
        {
            return _operationalCa ?? (_operationalCa = CaBuilder(0).Build(TestKeys.FleetRoot));
        }

        private static byte[] TimeKey()
        {
            return TestKeys.OtherDevice.PublicKey.Encode();
        }

        private static CertificateBuilder RootBuilder()
        {
            return new CertificateBuilder(Name.Common("fleet root 2"), Name.Common("fleet root 2"), TestKeys.FleetRoot.PublicKey)
                .With(Extension.BasicConstraints(true, 1))
                .With(Extension.KeyUsage(0x06));
        }

        private static CertificateBuilder CaBuilder(int pathLength)
        {
            return new CertificateBuilder(Name.Common("fleet root 2"), Name.Common("operational"), TestKeys.Issuing.PublicKey)
                .With(Extension.BasicConstraints(true, pathLength))
                .With(Extension.KeyUsage(0x06));
        }
    }
}

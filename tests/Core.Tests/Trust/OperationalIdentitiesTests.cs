using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Memory;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Trust
{
    /// <summary>The old operational identity stays until the new one has been answered; the IDevID is what remains.</summary>
    [TestClass]
    public class OperationalIdentitiesTests
    {
        private const long Begin = 1775044800;
        private const long End = Begin + (30 * 86400);

        [TestMethod]
        public void ABoardWithoutOneConnectsByItsInitialIdentity()
        {
            OperationalIdentities identities = Load(Files(), Begin);
            identities.BeginConnection(0, Begin);
            Assert.IsNull(identities.Current);
            Assert.IsFalse(identities.HadOne);
            Assert.IsFalse(identities.Answered());
        }

        [TestMethod]
        public void AStagedOneIsTriedAndConfirmedByAnAnswer()
        {
            MemoryFiles files = Files();
            OperationalIdentities identities = Load(files, Begin);
            Assert.IsTrue(Stage(identities, 1));
            Assert.IsFalse(identities.Answered(), "an answer to the connection before");
            identities.BeginConnection(0, Begin);
            Assert.IsTrue(ReferenceEquals(identities.Staged, identities.Current));
            Assert.IsTrue(identities.Answered());
            Assert.IsNull(identities.Staged);
            identities.BeginConnection(0, Begin);
            Assert.IsTrue(ReferenceEquals(identities.Active, identities.Current));

            OperationalIdentities again = Load(files, Begin);
            CollectionAssert.AreEqual(identities.Active.Certificate.Encoded, again.Active.Certificate.Encoded);
            Assert.IsTrue(again.Active.Key.PublicKey.IsSameAs(Key(1).PublicKey));
            Assert.IsTrue(again.HadOne);
            Assert.IsNull(again.Staged);
        }

        [TestMethod]
        public void TheOldKeyIsErasedInBothCopies()
        {
            MemoryFiles files = Files();
            OperationalIdentities identities = Confirmed(files, 1);
            Stage(identities, 2);
            OperationalIdentity old = identities.Active;
            identities.BeginConnection(0, Begin);
            identities.Answered();
            Assert.AreEqual(2, CopiesOf(files, 2));
            Assert.ThrowsException(typeof(System.InvalidOperationException), () => old.Key.ExportTlsKey());
        }

        [TestMethod]
        public void AKeyThatACutLeftGoesAtTheNextStart()
        {
            MemoryFiles files = Files();
            OperationalIdentities identities = Confirmed(files, 1);
            Stage(identities, 2);
            identities.BeginConnection(0, Begin);

            // A write is two operations: the first of the second write.
            files.CutAt(files.Operations + 3, MemoryFiles.Nothing);
            Assert.ThrowsException(typeof(PowerCutException), () => identities.Answered());
            files.PowerOn();
            Assert.AreEqual(1, CopiesOf(files, 1), "there is something to erase");
            Load(files, Begin).FinishErasing();
            Assert.AreEqual(0, CopiesOf(files, 1));
            Assert.AreEqual(2, CopiesOf(files, 2));
            int operations = files.Operations;
            Load(files, Begin).FinishErasing();
            Assert.AreEqual(operations, files.Operations, "once");
        }

        [TestMethod]
        public void ATrialTakesTurnsWithTheOldOneAndEndsAfterEight()
        {
            OperationalIdentities identities = Confirmed(Files(), 1);
            Stage(identities, 2);
            int tried = 0;
            for (int i = 0; i < 16; i++)
            {
                identities.BeginConnection(0, Begin);
                tried += ReferenceEquals(identities.Current, identities.Staged) ? 1 : 0;
                Assert.AreEqual(i % 2 == 0, ReferenceEquals(identities.Current, identities.Staged), "the new one first, then by turns");
            }

            Assert.AreEqual(8, tried);
            Assert.IsTrue(identities.Answered(), "over the old one: the new one is given up");
            Assert.IsNull(identities.Staged);
            Assert.IsTrue(identities.Active.Key.PublicKey.IsSameAs(Key(1).PublicKey));
        }

        [TestMethod]
        public void AfterAPowerCutInATrialTheOldOneIsFirst()
        {
            MemoryFiles files = Files();
            OperationalIdentities identities = Confirmed(files, 1);
            Stage(identities, 2);
            identities.BeginConnection(0, Begin);
            identities = Load(files, Begin);
            identities.BeginConnection(0, Begin);
            Assert.IsTrue(ReferenceEquals(identities.Active, identities.Current));
            identities.BeginConnection(1, Begin);
            Assert.IsTrue(ReferenceEquals(identities.Staged, identities.Current));
        }

        [TestMethod]
        public void FailuresBringTheInitialIdentityEverySecondPair()
        {
            OperationalIdentities identities = Confirmed(Files(), 1);
            for (int failures = 0; failures < 8; failures++)
            {
                identities.BeginConnection(failures, Begin);
                Assert.AreEqual(failures / 2 % 2 == 0, !(identities.Current is null));
            }
        }

        [TestMethod]
        public void AnEndedOneIsNotUsed()
        {
            OperationalIdentities identities = Confirmed(Files(), 1);
            identities.BeginConnection(0, End - 1);
            Assert.IsNotNull(identities.Current);
            identities.BeginConnection(0, End);
            Assert.IsNull(identities.Current);
        }

        [TestMethod]
        public void WhatTheDoorRefusesNowCountsAsNone()
        {
            MemoryFiles files = Files();
            Confirmed(files, 1);
            OperationalIdentities identities = Load(files, End);
            Assert.IsNull(identities.Active);
            Assert.IsTrue(identities.HadOne, "but there was one");
            var rules = new OperationalRules(TestPki.HardwareId, TestPki.DeviceId, TestPki.Environment, TestPki.FactoryRoot, new byte[0], Begin, 0);
            Assert.IsNull(OperationalIdentities.Load(Record(files), rules).Active, "another root");
        }

        [TestMethod]
        public void WithoutItsSealKeyABoardKeepsTheKeyItHas()
        {
            MemoryFiles files = Files();
            OperationalIdentities identities = Confirmed(files, 1);
            Stage(identities, 2);
            identities.BeginConnection(0, Begin);
            files.Delete("seal.0");
            files.Delete("seal.1");
            Assert.IsFalse(identities.Answered(), "nothing could be stored");
            Assert.IsTrue(identities.Active.Key.PublicKey.IsSameAs(Key(1).PublicKey));
            Assert.IsNotNull(identities.Active.Key.ExportTlsKey(), "and nothing is cleared that is still in use");
        }

        [TestMethod]
        public void ThatThereWasOneIsNotForgotten()
        {
            MemoryFiles files = Files();
            Confirmed(files, 1);
            OperationalIdentities identities = Load(files, End);
            Assert.IsTrue(Stage(identities, 2));
            Assert.IsTrue(Load(files, End).HadOne, "another is staged where the one before had ended");
            identities = Load(files, End);
            identities.BeginConnection(0, End);
            Assert.IsTrue(identities.IsSpare);
            Assert.IsTrue(Load(files, Begin).HadOne);
            Assert.IsNull(Load(files, Begin).Active, "its key is gone");
        }

        [TestMethod]
        public void TheInitialIdentityIsTheSpareOfWhoHadAnother()
        {
            OperationalIdentities identities = Load(Files(), Begin);
            identities.BeginConnection(0, Begin);
            Assert.IsFalse(identities.IsSpare, "without another it is all there is");
            Stage(identities, 1);
            Assert.IsTrue(identities.IsSpare);
            identities.BeginConnection(0, Begin);
            Assert.IsFalse(identities.IsSpare);
            identities.BeginConnection(1, Begin);
            Assert.IsTrue(identities.IsSpare, "one is on trial");
            identities = Confirmed(Files(), 1);
            Assert.IsFalse(identities.IsSpare);
            identities.BeginConnection(2, Begin);
            Assert.IsTrue(identities.IsSpare);
        }

        [TestMethod]
        public void ARecordThatIsNoneCountsAsNone()
        {
            MemoryFiles files = Files();
            int[] lengths = new int[] { 0, 1, 63, 64, 65, 200 };
            for (int i = 0; i < lengths.Length; i++)
            {
                Record(files).Write(new byte[lengths[i]]);
                Assert.IsNull(Load(files, Begin).Active);
            }

            var key = new byte[32];
            Record(files).Write(ByteArray.Concat(key, key, new CborWriter().Map(6).Unsigned(0).Unsigned(1).Unsigned(1).Bytes(Leaf(1)).Unsigned(2).Bytes(TestPki.OperationalCa)
                .Unsigned(3).Bytes(new byte[0]).Unsigned(4).Bytes(new byte[0]).Unsigned(5).Unsigned(0).ToArray()));
            Assert.IsNull(Load(files, Begin).Active, "zero is no key");
        }

        [TestMethod]
        public void WithoutASealKeyNothingIsStored()
        {
            var files = new MemoryFiles();
            OperationalIdentities identities = Load(files, Begin);
            Assert.IsFalse(Stage(identities, 1));
            Assert.IsNull(identities.Staged);
            Assert.AreEqual(-1, files.Length("operational.0"));
        }

        /// <summary>How many copies of the record, each alone what a board would find, have that key in use.</summary>
        private static int CopiesOf(MemoryFiles files, byte number)
        {
            int count = 0;
            for (int copy = 0; copy < 2; copy++)
            {
                MemoryFiles one = files.Copy();
                one.Delete("operational." + (1 - copy).ToString());
                OperationalIdentity active = Load(one, Begin).Active;
                count += !(active is null) && active.Key.PublicKey.IsSameAs(Key(number).PublicKey) ? 1 : 0;
            }

            return count;
        }

        private static OperationalIdentities Confirmed(MemoryFiles files, byte number)
        {
            OperationalIdentities identities = Load(files, Begin);
            Stage(identities, number);
            identities.BeginConnection(0, Begin);
            Assert.IsTrue(identities.Answered());
            return identities;
        }

        private static bool Stage(OperationalIdentities identities, byte number)
        {
            P256PrivateKey key = Key(number);
            return identities.Stage(OperationalCertificate.Check(Leaf(number), TestPki.OperationalCa, key.PublicKey, Rules(Begin)).Certificate, new StoredKey(key));
        }

        private static byte[] Leaf(byte number)
        {
            return TestPki.OperationalBuilder(Key(number).PublicKey).Build(TestKeys.Operational);
        }

        private static P256PrivateKey Key(byte number)
        {
            var scalar = new byte[P256PrivateKey.ScalarSize];
            scalar[31] = number;
            scalar[0] = 0x51;
            return P256PrivateKey.Import(scalar);
        }

        private static MemoryFiles Files()
        {
            var files = new MemoryFiles();
            TestBoard.KeepKey(new RecordStore(files), TestKeys.Device);
            return files;
        }

        private static SealedRecord Record(MemoryFiles files)
        {
            return OperationalIdentities.Record(new RecordStore(files), new MemorySealer(), new MemoryEntropy(5));
        }

        private static OperationalIdentities Load(MemoryFiles files, long floor)
        {
            return OperationalIdentities.Load(Record(files), Rules(floor));
        }

        private static OperationalRules Rules(long floor)
        {
            return new OperationalRules(TestPki.HardwareId, TestPki.DeviceId, TestPki.Environment, TestPki.FleetRoot, new byte[0], floor, 0);
        }
    }
}

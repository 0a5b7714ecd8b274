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
    /// <summary>What a board believes of the time, and what a stolen time key can do.</summary>
    [TestClass]
    public class BoardTimeTests
    {
        private const long DeviceBegins = 1775044800;
        private const long Day = 86400;
        private const long Year = 365 * Day;

        private static MemoryFiles _files;
        private static MemoryClock _clock;
        private static MemoryEntropy _entropy;

        [TestMethod]
        public void AClockAt1970IsSetToTheFloor()
        {
            BoardTime time = PowerOn(new MemoryFiles());
            Assert.AreEqual(DeviceBegins, time.Floor);
            Assert.AreEqual(0L, time.Now);
            time.SetClock(0);
            Assert.AreEqual(DeviceBegins, _clock.UtcNow());
            _clock.SetUtc(DeviceBegins + 5);
            time.SetClock(0);
            Assert.AreEqual(DeviceBegins + 5, _clock.UtcNow(), "a clock above is a hint");
        }

        [TestMethod]
        public void TheBuildIsPast()
        {
            _files = new MemoryFiles();
            _clock = new MemoryClock();
            BoardTime time = Time(DeviceBegins + 77);
            Assert.AreEqual(DeviceBegins + 77, time.Floor);
        }

        [TestMethod]
        public void AClockTenYearsAheadIsNotTrustedTwice()
        {
            BoardTime time = PowerOn(new MemoryFiles());
            _clock.SetUtc(DeviceBegins + (10 * Year));
            time.SetClock(0);
            Assert.AreEqual(DeviceBegins + (10 * Year), _clock.UtcNow(), "the hint has its chance");
            time.SetClock(1);
            Assert.AreEqual(DeviceBegins, _clock.UtcNow(), "then what is certain");
            time.SetClock(2);
            Assert.AreEqual(DeviceBegins + (10 * Year), _clock.UtcNow(), "and again");
            Assert.AreEqual(DeviceBegins, time.Floor);
        }

        [TestMethod]
        public void SignedTimeIsTakenOnceForItsQuestion()
        {
            BoardTime time = PowerOn(new MemoryFiles());
            byte[] answer = TestOrders.Time(time.Ask(_entropy), DeviceBegins + 1000);
            Expect(TimeVerdict.Accepted, time.Take(answer));
            Assert.AreEqual(DeviceBegins + 1000, time.Now);
            Assert.AreEqual(DeviceBegins + 1000, _clock.UtcNow());
            Expect(TimeVerdict.NotAsked, time.Take(answer));
            time.Ask(_entropy);
            Expect(TimeVerdict.NotAsked, time.Take(answer));
            _clock.Advance(5000);
            Assert.AreEqual(DeviceBegins + 1005, time.Now, "it goes on with the uptime");
        }

        [TestMethod]
        public void AnswersThatAreNone()
        {
            BoardTime time = PowerOn(new MemoryFiles());
            byte[] question = time.Ask(_entropy);
            byte[] answer = TestOrders.Time(question, DeviceBegins);
            Expect(TimeVerdict.Malformed, time.Take(null));
            Expect(TimeVerdict.Malformed, time.Take(new byte[0]));
            Expect(TimeVerdict.Malformed, time.Take(ByteArray.Slice(answer, 0, answer.Length - 1)));
            byte[] broken = ByteArray.Slice(answer, 0, answer.Length);
            broken[broken.Length - 1] ^= 1;
            Expect(TimeVerdict.WrongSignature, time.Take(broken));

            // The command key signs no time; the key's own hash in the message says so.
            byte[] keyHash = TestKeys.Command.PublicKey.KeyHash();
            var forged = new SignedTime(SignedTime.DecodeRequest(question), DeviceBegins);
            Expect(TimeVerdict.WrongSignature, time.Take(forged.Encode(keyHash, Ecdsa.Sign(TestKeys.Command, forged.Digest(keyHash)))));
            Expect(TimeVerdict.Accepted, time.Take(answer));
            Assert.IsNull(SignedTime.DecodeRequest(new byte[] { 0xA0 }));
        }

        [TestMethod]
        public void TimeDoesNotGoBackBehindTheFloor()
        {
            BoardTime time = PowerOn(new MemoryFiles());
            Expect(TimeVerdict.BeforeFloor, Say(time, DeviceBegins - 1));
            Assert.AreEqual(0L, time.Now);
            Expect(TimeVerdict.Accepted, Say(time, DeviceBegins));
        }

        [TestMethod]
        public void AClockThatJumpsBackOrDriftsIsSetRight()
        {
            BoardTime time = PowerOn(new MemoryFiles());
            Say(time, DeviceBegins + Day);
            _clock.SetUtc(5);
            time.SetClock(0);
            Assert.AreEqual(DeviceBegins + Day, _clock.UtcNow());

            // A crystal that is 5 % slow, over a day; then the fleet says it again.
            _clock.Advance(82080 * 1000L);
            Expect(TimeVerdict.Accepted, Say(time, DeviceBegins + (2 * Day)));
            Assert.AreEqual(DeviceBegins + (2 * Day), time.Now);

            // And one that is 5 % fast.
            _clock.Advance(90720 * 1000L);
            Expect(TimeVerdict.Accepted, Say(time, DeviceBegins + (3 * Day)));
            Assert.AreEqual(DeviceBegins + (3 * Day), time.Now);
        }

        [TestMethod]
        public void AStolenTimeKeyThatSays2099MovesTheFloorByADay()
        {
            BoardTime time = PowerOn(new MemoryFiles());
            Expect(TimeVerdict.AfterTrust, Say(time, 4070908800));
            Assert.AreEqual(DeviceBegins, time.Floor);

            // Ten years, which the trust set would allow.
            Expect(TimeVerdict.Accepted, Say(time, DeviceBegins + (10 * Year)));
            Assert.AreEqual(DeviceBegins + Day, time.Floor);
            for (int i = 0; i < 50; i++)
            {
                Say(time, DeviceBegins + (10 * Year));
            }

            Assert.AreEqual(DeviceBegins + Day, time.Floor, "one step, however often it is said");
            _clock.Advance(Day * 1000);
            Say(time, DeviceBegins + (10 * Year));
            Assert.AreEqual(DeviceBegins + (3 * Day), time.Floor, "a day of uptime and the allowance");

            // The owner changes the key and restarts the board: nothing of it is left but three days.
            time = PowerOn(_files);
            Assert.AreEqual(DeviceBegins + (3 * Day), time.Floor);
            Assert.AreEqual(0L, time.Now);
            Expect(TimeVerdict.Accepted, Say(time, DeviceBegins + (3 * Day)));
        }

        [TestMethod]
        public void TheFloorIsStoredSeldom()
        {
            BoardTime time = PowerOn(new MemoryFiles());
            int before = _files.Operations;
            for (int hour = 0; hour < 48; hour++)
            {
                Say(time, DeviceBegins + (hour * 3600));
                _clock.Advance(3600 * 1000L);
            }

            Assert.IsTrue(_files.Operations - before <= 4, "two records in two days");
            Assert.IsTrue(_files.Operations > before);
        }

        [TestMethod]
        public void WithoutATimeKeyThereIsNoTime()
        {
            _files = new MemoryFiles();
            _clock = new MemoryClock();
            _entropy = new MemoryEntropy(7);
            var set = new TrustSet(TrustSet.BuiltIn, TestPki.FleetRoot, new byte[0], "broker.lab", 8883, new byte[0]);
            var store = new RecordStore(_files);
            var time = new BoardTime(store, _clock, 0, TrustSets.Load(store, set, new byte[32]), Certificate());
            Assert.IsFalse(time.HasKey);
            Expect(TimeVerdict.NoKey, Say(time, DeviceBegins));
            Assert.AreEqual(0L, time.Now);
        }

        private static BoardTime PowerOn(MemoryFiles files)
        {
            _files = files;
            _clock = new MemoryClock();
            _entropy = new MemoryEntropy(7);
            return Time(0);
        }

        private static BoardTime Time(long build)
        {
            var store = new RecordStore(_files);
            TrustSet set = TrustSet.OfAnchors(TestBoard.TestAnchors(TestPki.Environment), "broker.lab", 8883);
            return new BoardTime(store, _clock, build, TrustSets.Load(store, set, new byte[32]), Certificate());
        }

        private static TimeVerdict Say(BoardTime time, long now)
        {
            return time.Take(TestOrders.Time(time.Ask(_entropy), now));
        }

        private static void Expect(TimeVerdict expected, TimeVerdict verdict)
        {
            Assert.AreEqual((int)expected, (int)verdict, BoardTime.Token(verdict));
            Assert.AreNotEqual("not-evaluated", BoardTime.Token(verdict));
        }

        private static DeviceCertificate Certificate()
        {
            return DeviceCertificate.Check(TestPki.Device, TestPki.Issuing, TestKeys.Device.PublicKey,
                TestPki.HardwareId, TestPki.DeviceId, TestPki.Environment, TestPki.FactoryRoot).Certificate;
        }
    }
}

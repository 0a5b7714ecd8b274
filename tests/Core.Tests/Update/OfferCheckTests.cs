using System;
using DeviceFirmware.Image;
using DeviceFirmware.Slots;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Update;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Update
{
    /// <summary>Every verdict is reached by one deviation from an offer that is taken up.</summary>
    [TestClass]
    public class OfferCheckTests
    {
        [TestMethod]
        public void TheTwinIsAccepted()
        {
            Expect(OfferVerdict.Accepted, Offer("1.0.1", 1, "virtual-board", 9), false);
            Expect(OfferVerdict.Accepted, Offer("1.0.0+1", 1, "virtual-board", 9), false);
            Expect(OfferVerdict.Accepted, Offer("1.0.1", TestRules.MaximumSize, "virtual-board", 9), false);
        }

        [TestMethod]
        public void ABoardWithoutAnImageTakesAnyVersion()
        {
            SlotTable empty = new SlotRecord().Load();
            Assert.AreEqual((int)OfferVerdict.Accepted, (int)OfferCheck.Decide(Offer("0.0.0", 1, "virtual-board", 9), empty, TestRules.Standard(), false).Verdict);
        }

        [TestMethod]
        public void Refusals()
        {
            Expect(OfferVerdict.Malformed, null, false);
            Expect(OfferVerdict.Malformed, null, true);
            Expect(OfferVerdict.TrialRunning, Offer("1.0.1", 1, "virtual-board", 9), true);
            Expect(OfferVerdict.AlreadyRunning, Offer("1.0.0", 1, "virtual-board", 1), false);
            Expect(OfferVerdict.OtherBoardType, Offer("1.0.1", 1, "virtual-boare", 9), false);
            Expect(OfferVerdict.TooLarge, Offer("1.0.1", TestRules.MaximumSize + 1, "virtual-board", 9), false);
            Expect(OfferVerdict.NotNewer, Offer("1.0.0", 1, "virtual-board", 9), false);
            Expect(OfferVerdict.NotNewer, Offer("0.9.9", 1, "virtual-board", 9), false);
            Expect(OfferVerdict.RejectedBefore, Offer("1.0.1", 1, "virtual-board", 5), false);
        }

        [TestMethod]
        public void OnlyARejectedImageIsRememberedAsRejected()
        {
            SlotTable table = new SlotRecord { Active = 0 }
                .Slot(0, SlotState.Confirmed, 0, 1).Image(0, new byte[32], Hash(1), "1.0.0")
                .Slot(1, SlotState.Confirmed, 0, 1).Image(1, new byte[32], Hash(5), "1.0.1")
                .Load();
            Assert.AreEqual((int)OfferVerdict.Accepted, (int)OfferCheck.Decide(Offer("1.0.1", 1, "virtual-board", 5), table, TestRules.Standard(), false).Verdict);
        }

        [TestMethod]
        public void AnImageThatCameBackThroughNoFaultOfItsOwnIsTakenAgain()
        {
            SlotTable table = new SlotRecord { Active = 0, Refused = Hash(7) }
                .Slot(0, SlotState.Confirmed, 0, 1).Image(0, new byte[32], Hash(1), "1.0.0")
                .Slot(1, SlotState.Rejected, 0, 1).Image(1, Hash(6), Hash(5), "1.0.1")
                .Load();
            Assert.AreEqual((int)OfferVerdict.Accepted, (int)OfferCheck.Decide(Offer("1.0.1", 1, "virtual-board", 5), table, TestRules.Standard(), false).Verdict);
        }

        [TestMethod]
        public void MisuseThrows()
        {
            Assert.ThrowsException(typeof(ArgumentNullException), () => OfferCheck.Decide(null, null, TestRules.Standard(), false));
            Assert.ThrowsException(typeof(ArgumentNullException), () => OfferCheck.Decide(null, Table(), null, false));
        }

        private static byte[] Hash(byte first)
        {
            var hash = new byte[32];
            hash[0] = first;
            return hash;
        }

        private static UpdateOffer Offer(string version, int length, string boardType, byte hash)
        {
            return new UpdateOffer(Hash(hash), length, ImageVersion.Parse(version), boardType);
        }

        /// <summary>1.0.0 (hash 1) in use, 1.0.1 (hash 5) rejected.</summary>
        private static SlotTable Table()
        {
            return new SlotRecord { Active = 0, Refused = Hash(6) }
                .Slot(0, SlotState.Confirmed, 0, 1).Image(0, new byte[32], Hash(1), "1.0.0")
                .Slot(1, SlotState.Rejected, 3, 1).Image(1, Hash(6), Hash(5), "1.0.1")
                .Load();
        }

        private static void Expect(OfferVerdict expected, UpdateOffer offer, bool isTrial)
        {
            OfferCheck check = OfferCheck.Decide(offer, Table(), TestRules.Standard(), isTrial);
            Assert.AreEqual((int)expected, (int)check.Verdict, check.Token);
            Assert.AreNotEqual("not-evaluated", check.Token);
            Assert.IsTrue(check.Reason.IndexOf("nothing was decided") < 0);
        }
    }
}

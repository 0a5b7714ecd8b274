using System;
using DeviceFirmware.Commands;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;
using DeviceFirmware.Memory;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Update;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Commands
{
    /// <summary>Every verdict is reached by one deviation from an order that is taken up.</summary>
    [TestClass]
    public class UpdateOrderTests
    {
        [TestMethod]
        public void TheTwinIsAccepted()
        {
            Expect(UpdateVerdict.Accepted, Offer("1.0.1", 1, "virtual-board", 9), false);
            Expect(UpdateVerdict.Accepted, Offer("1.0.0+1", 1, "virtual-board", 9), false);
            Expect(UpdateVerdict.Accepted, Offer("1.0.1", TestRules.MaximumSize, "virtual-board", 9), false);
        }

        [TestMethod]
        public void ABoardWithoutAnImageTakesAnyVersion()
        {
            SlotTable empty = new SlotRecord().Load();
            Assert.AreEqual((int)UpdateVerdict.Accepted, (int)UpdateOrder.Check(Command(Offer("0.0.0", 1, "virtual-board", 9)), empty, TestRules.Standard(), false).Verdict);
        }

        [TestMethod]
        public void Refusals()
        {
            Expect(UpdateVerdict.NoOrder, null, false);
            Expect(UpdateVerdict.NoOrder, null, true);
            VerifiedCommand restart = Verify(TestOrders.ToBoard(OrderVerb.Restart, 1, new byte[0]));
            Assert.AreEqual((int)UpdateVerdict.NoOrder, (int)UpdateOrder.Check(restart, Table(), TestRules.Standard(), false).Verdict, "another verb");
            Expect(UpdateVerdict.TrialRunning, Offer("1.0.1", 1, "virtual-board", 9), true);
            Expect(UpdateVerdict.AlreadyRunning, Offer("1.0.0", 1, "virtual-board", 1), false);
            Expect(UpdateVerdict.OtherBoardType, Offer("1.0.1", 1, "virtual-boare", 9), false);
            Expect(UpdateVerdict.TooLarge, Offer("1.0.1", TestRules.MaximumSize + 1, "virtual-board", 9), false);
            Expect(UpdateVerdict.NotNewer, Offer("1.0.0", 1, "virtual-board", 9), false);
            Expect(UpdateVerdict.NotNewer, Offer("0.9.9", 1, "virtual-board", 9), false);
            Expect(UpdateVerdict.RejectedBefore, Offer("1.0.1", 1, "virtual-board", 5), false);
        }

        [TestMethod]
        public void OnlyARejectedImageIsRememberedAsRejected()
        {
            SlotTable table = new SlotRecord { Active = 0 }
                .Slot(0, SlotState.Confirmed, 0, 1).Image(0, new byte[32], Hash(1), "1.0.0")
                .Slot(1, SlotState.Confirmed, 0, 1).Image(1, new byte[32], Hash(5), "1.0.1")
                .Load();
            Assert.AreEqual((int)UpdateVerdict.Accepted, (int)UpdateOrder.Check(Command(Offer("1.0.1", 1, "virtual-board", 5)), table, TestRules.Standard(), false).Verdict);
        }

        [TestMethod]
        public void AnImageThatCameBackThroughNoFaultOfItsOwnIsTakenAgain()
        {
            SlotTable table = new SlotRecord { Active = 0, Refused = Hash(7) }
                .Slot(0, SlotState.Confirmed, 0, 1).Image(0, new byte[32], Hash(1), "1.0.0")
                .Slot(1, SlotState.Rejected, 0, 1).Image(1, Hash(6), Hash(5), "1.0.1")
                .Load();
            Assert.AreEqual((int)UpdateVerdict.Accepted, (int)UpdateOrder.Check(Command(Offer("1.0.1", 1, "virtual-board", 5)), table, TestRules.Standard(), false).Verdict);
        }

        [TestMethod]
        public void MisuseThrows()
        {
            Assert.ThrowsException(typeof(ArgumentNullException), () => UpdateOrder.Check(null, null, TestRules.Standard(), false));
            Assert.ThrowsException(typeof(ArgumentNullException), () => UpdateOrder.Check(null, Table(), null, false));
        }

        private static byte[] Hash(byte first)
        {
            var hash = new byte[32];
            hash[0] = first;
            return hash;
        }

        private static WantedImage Offer(string version, int length, string boardType, byte hash)
        {
            return new WantedImage(Hash(hash), length, ImageVersion.Parse(version), boardType);
        }

        private static VerifiedCommand Command(WantedImage image)
        {
            return image is null ? null : Verify(TestOrders.Update(1, image));
        }

        private static VerifiedCommand Verify(byte[] order)
        {
            return VerifiedCommand.Check(order, new P256PublicKey[] { TestKeys.Command.PublicKey }, OrderRecord.Load(new RecordStore(new MemoryFiles())),
                TestKeys.Device.PublicKey.KeyHash(), "", TestOrders.End).Command;
        }

        /// <summary>1.0.0 (hash 1) in use, 1.0.1 (hash 5) rejected.</summary>
        private static SlotTable Table()
        {
            return new SlotRecord { Active = 0, Refused = Hash(6) }
                .Slot(0, SlotState.Confirmed, 0, 1).Image(0, new byte[32], Hash(1), "1.0.0")
                .Slot(1, SlotState.Rejected, 3, 1).Image(1, Hash(6), Hash(5), "1.0.1")
                .Load();
        }

        private static void Expect(UpdateVerdict expected, WantedImage offer, bool isTrial)
        {
            UpdateCheck check = UpdateOrder.Check(Command(offer), Table(), TestRules.Standard(), isTrial);
            Assert.AreEqual((int)expected, (int)check.Verdict, check.Token);
            Assert.AreNotEqual("not-evaluated", check.Token);
            Assert.AreEqual(expected == UpdateVerdict.Accepted, !(check.Order is null));
            Assert.IsTrue(check.Reason.IndexOf("nothing was decided") < 0);
        }
    }
}

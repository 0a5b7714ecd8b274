using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;
using DeviceFirmware.Memory;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Update;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Commands
{
    /// <summary>Every verdict is reached by one deviation from an order that is obeyed.</summary>
    [TestClass]
    public class VerifiedCommandTests
    {
        private const long Now = 1780000000;
        private const string Group = "batch-1";

        private static readonly byte[] _nothing = new byte[0];

        [TestMethod]
        public void TheTwinsAreObeyed()
        {
            Expect(CommandVerdict.Accepted, ToBoard(OrderVerb.Restart, 1, 0, 0, _nothing));
            Expect(CommandVerdict.Accepted, ToBoard(OrderVerb.Restart, 1, Now, Now, _nothing));
            Expect(CommandVerdict.Accepted, ToGroup(OrderVerb.Restart, 1, 0, Now + 1, _nothing));
            Expect(CommandVerdict.Accepted, ToBoard(OrderVerb.Wipe, 1, 0, 0, Order.TextArguments("sold")));
            Expect(CommandVerdict.Accepted, ToBoard(OrderVerb.Quarantine, 1, 0, 0, Order.TextArguments("")));
            Expect(CommandVerdict.Accepted, ToGroup(OrderVerb.Quarantine, 1, 0, Now, Order.TextArguments("odd")));
            Expect(CommandVerdict.Accepted, ToBoard(OrderVerb.Release, 1, 0, 0, _nothing));
            Expect(CommandVerdict.Accepted, ToBoard(OrderVerb.Report, 1, 0, 0, _nothing));
            Expect(CommandVerdict.Accepted, ToBoard(OrderVerb.Renew, 1, 0, 0, _nothing));
            Expect(CommandVerdict.Accepted, ToBoard(OrderVerb.Debug, 1, 0, Now, Order.NumberArguments(60)));
            Expect(CommandVerdict.Accepted, ToBoard(OrderVerb.Update, 1, 0, Now, Image()));
            Expect(CommandVerdict.Accepted, ToGroup(OrderVerb.Update, 1, 0, Now, Image()));
            Expect(CommandVerdict.Accepted, ToBoard(OrderVerb.RetireKey, 1, 0, 0, Order.BytesArguments(TestKeys.CommandNext.PublicKey.KeyHash())));
            byte[] next = TestOrders.Sign(new Order(OrderVerb.Restart, Own(), "", 1, 0, 0, _nothing), TestKeys.CommandNext);
            Assert.AreEqual((int)CommandVerdict.Accepted, (int)Check(next, Fresh(), Now).Verdict);
        }

        [TestMethod]
        public void WhatIsNoOrderIsMalformed()
        {
            byte[] order = ToBoard(OrderVerb.Restart, 1, 0, 0, _nothing);
            Expect(CommandVerdict.Malformed, _nothing);
            Expect(CommandVerdict.Malformed, new byte[Order.MaximumSize + 1]);
            for (int length = 0; length < order.Length; length += 7)
            {
                Expect(CommandVerdict.Malformed, ByteArray.Slice(order, 0, length));
            }

            Expect(CommandVerdict.Malformed, ByteArray.Concat(order, new byte[1]));
            Expect(CommandVerdict.Malformed, ToBoard(OrderVerb.Restart, 0, 0, 0, _nothing));
            Expect(CommandVerdict.Malformed, TestOrders.Sign(new Order(OrderVerb.Restart, Own(), Group, 1, 0, 0, _nothing)));
            Expect(CommandVerdict.Malformed, TestOrders.Sign(new Order(OrderVerb.Restart, _nothing, "", 1, 0, 0, _nothing)));
            Expect(CommandVerdict.Malformed, TestOrders.Sign(new Order(OrderVerb.Restart, new byte[31], "", 1, 0, 0, _nothing)));
            Expect(CommandVerdict.Malformed, TestOrders.Sign(new Order(OrderVerb.Restart, _nothing, "Batch", 1, 0, 0, _nothing)));
            Assert.IsNull(Order.Peek(null));
        }

        [TestMethod]
        public void OnlyCommandKeysAreObeyed()
        {
            Assert.AreEqual((int)CommandVerdict.NoKeys, (int)VerifiedCommand.Check(ToBoard(OrderVerb.Restart, 1, 0, 0, _nothing),
                new P256PublicKey[0], Fresh(), Own(), Group, Now).Verdict);
            Expect(CommandVerdict.UnknownKey, TestOrders.Sign(new Order(OrderVerb.Restart, Own(), "", 1, 0, 0, _nothing), TestKeys.Ota));
            byte[] named = TestOrders.Sign(new Order(OrderVerb.Restart, Own(), "", 1, 0, 0, _nothing), TestKeys.Stranger);
            Array.Copy(TestKeys.Command.PublicKey.KeyHash(), 0, named, 10, 32);
            Expect(CommandVerdict.WrongSignature, named);
            byte[] changed = ToBoard(OrderVerb.Restart, 1, 0, 0, _nothing);
            changed[changed.Length - 1] ^= 1;
            Expect(CommandVerdict.WrongSignature, changed);

            // Signed by the right key for another purpose.
            byte[] hash = TestKeys.Command.PublicKey.KeyHash();
            byte[] payload = CoseSign1.Decode(ToBoard(OrderVerb.Restart, 1, 0, 0, _nothing), 512).Payload;
            byte[] signature = Ecdsa.Sign(TestKeys.Command, CoseSign1.Digest(hash, payload, "DeviceFirmware/time/1"));
            Expect(CommandVerdict.WrongSignature, CoseSign1.Encode(hash, payload, signature));
        }

        [TestMethod]
        public void OtherBoardsAndGroupsAreNotMeant()
        {
            Expect(CommandVerdict.OtherTarget, TestOrders.Sign(new Order(OrderVerb.Restart, TestKeys.OtherDevice.PublicKey.KeyHash(), "", 1, 0, 0, _nothing)));
            Expect(CommandVerdict.OtherTarget, TestOrders.Sign(new Order(OrderVerb.Restart, _nothing, "batch-2", 1, 0, Now, _nothing)));
            CommandCheck groupless = VerifiedCommand.Check(ToGroup(OrderVerb.Restart, 1, 0, Now, _nothing), Keys(), Fresh(), Own(), "", Now);
            Assert.AreEqual((int)CommandVerdict.OtherTarget, (int)groupless.Verdict, "a board of no group");
        }

        [TestMethod]
        public void NumbersRiseForEachKeyAndScope()
        {
            OrderRecord record = Fresh();
            byte[] second = ToBoard(OrderVerb.Restart, 2, 0, 0, _nothing);
            VerifiedCommand command = Check(second, record, Now).Command;
            Assert.IsFalse(command.IsRepeat);
            command.Take();
            Assert.IsTrue(Check(second, record, Now).Command.IsRepeat, "the very same order is answered again");
            Judge(CommandVerdict.Replayed, ToBoard(OrderVerb.Report, 2, 0, 0, _nothing), record);
            Judge(CommandVerdict.Replayed, ToBoard(OrderVerb.Restart, 1, 0, 0, _nothing), record);
            Judge(CommandVerdict.Accepted, ToGroup(OrderVerb.Restart, 1, 0, Now, _nothing), record);
            Judge(CommandVerdict.Accepted, TestOrders.Sign(new Order(OrderVerb.Restart, Own(), "", 1, 0, 0, _nothing), TestKeys.CommandNext), record);
            Check(ToGroup(OrderVerb.Restart, 7, 0, Now, _nothing), record, Now).Command.Take();
            Judge(CommandVerdict.Replayed, ToGroup(OrderVerb.Report, 7, 0, Now, _nothing), record);
            Judge(CommandVerdict.Accepted, ToBoard(OrderVerb.Restart, 3, 0, 0, _nothing), record);
            Check(ToBoard(OrderVerb.Report, 3, 0, 0, _nothing), record, Now).Command.Take();
            Judge(CommandVerdict.Replayed, second, record);
        }

        [TestMethod]
        public void AnUpdateOrderUnderWayComesAgainAfterOthers()
        {
            OrderRecord record = Fresh();
            byte[] update = ToBoard(OrderVerb.Update, 5, 0, Now, Image());
            Check(update, record, Now).Command.Take();
            Check(ToBoard(OrderVerb.Report, 6, 0, 0, _nothing), record, Now).Command.Take();
            Assert.IsTrue(Check(update, record, Now).Command.IsRepeat);
            Check(ToBoard(OrderVerb.Update, 7, 0, Now, Image()), record, Now).Command.Take();
            Judge(CommandVerdict.Replayed, update, record);
        }

        [TestMethod]
        public void WindowsNeedAuthenticatedTime()
        {
            Assert.AreEqual((int)CommandVerdict.NoTime, (int)Check(ToBoard(OrderVerb.Restart, 1, 0, Now, _nothing), Fresh(), 0).Verdict);
            Assert.AreEqual((int)CommandVerdict.NoTime, (int)Check(ToBoard(OrderVerb.Restart, 1, 1, 0, _nothing), Fresh(), 0).Verdict);
            Assert.AreEqual((int)CommandVerdict.Accepted, (int)Check(ToBoard(OrderVerb.Restart, 1, 0, 0, _nothing), Fresh(), 0).Verdict);
            Expect(CommandVerdict.NotYet, ToBoard(OrderVerb.Restart, 1, Now + 1, 0, _nothing));
            Expect(CommandVerdict.Expired, ToBoard(OrderVerb.Restart, 1, 0, Now - 1, _nothing));
        }

        [TestMethod]
        public void VerbsAndTheirScopes()
        {
            Expect(CommandVerdict.UnknownVerb, ToBoard("explode", 1, 0, 0, _nothing));
            Expect(CommandVerdict.MalformedArguments, ToBoard(OrderVerb.Restart, 1, 0, 0, new byte[1]));
            Expect(CommandVerdict.MalformedArguments, ToBoard(OrderVerb.Wipe, 1, 0, 0, _nothing));
            Expect(CommandVerdict.MalformedArguments, ToBoard(OrderVerb.Update, 1, 0, Now, Order.TextArguments("x")));
            Expect(CommandVerdict.MalformedArguments, ToBoard(OrderVerb.Debug, 1, 0, Now, Order.NumberArguments(0)));
            Expect(CommandVerdict.MalformedArguments, ToBoard(OrderVerb.Debug, 1, 0, Now, Order.NumberArguments(86401)));
            Expect(CommandVerdict.NotByGroup, ToGroup(OrderVerb.Wipe, 1, 0, Now, Order.TextArguments("")));
            Expect(CommandVerdict.NotByGroup, ToGroup(OrderVerb.Release, 1, 0, Now, _nothing));
            Expect(CommandVerdict.NotByGroup, ToGroup(OrderVerb.Debug, 1, 0, Now, Order.NumberArguments(60)));
            Expect(CommandVerdict.NotByGroup, ToGroup(OrderVerb.RetireKey, 1, 0, Now, Order.BytesArguments(TestKeys.CommandNext.PublicKey.KeyHash())));
            Expect(CommandVerdict.NotByGroup, ToGroup(OrderVerb.Trust, 1, 0, Now, TestTrust.Set(1).Encode()));
            Expect(CommandVerdict.NoEnd, ToGroup(OrderVerb.Restart, 1, 0, 0, _nothing));
            Expect(CommandVerdict.NoEnd, ToGroup(OrderVerb.Restart, 1, 1, 0, _nothing));
            Expect(CommandVerdict.NoEnd, ToBoard(OrderVerb.Update, 1, 0, 0, Image()));
            Expect(CommandVerdict.NoEnd, ToBoard(OrderVerb.Debug, 1, 0, 0, Order.NumberArguments(60)));
        }

        [TestMethod]
        public void EitherKeyRetiresTheOtherAndNeverItself()
        {
            Expect(CommandVerdict.MalformedArguments, ToBoard(OrderVerb.RetireKey, 1, 0, 0, Order.BytesArguments(TestKeys.Command.PublicKey.KeyHash())));
            Expect(CommandVerdict.MalformedArguments, ToBoard(OrderVerb.RetireKey, 1, 0, 0, Order.BytesArguments(TestKeys.Stranger.PublicKey.KeyHash())));
            Expect(CommandVerdict.MalformedArguments, ToBoard(OrderVerb.RetireKey, 1, 0, 0, Order.BytesArguments(new byte[31])));

            var files = new MemoryFiles();
            OrderRecord record = OrderRecord.Load(new RecordStore(files));
            byte[] retire = TestOrders.Sign(new Order(OrderVerb.RetireKey, Own(), "", 1, 0, 0, Order.BytesArguments(TestKeys.Command.PublicKey.KeyHash())), TestKeys.CommandNext);
            VerifiedCommand command = Check(retire, record, Now).Command;
            command.Take();
            Assert.AreEqual(2, files.Operations, "one record, one write: number and retirement");
            record = OrderRecord.Load(new RecordStore(files));
            Judge(CommandVerdict.RetiredKey, ToBoard(OrderVerb.Restart, 99, 0, 0, _nothing), record);
            Judge(CommandVerdict.Accepted, TestOrders.Sign(new Order(OrderVerb.Restart, Own(), "", 2, 0, 0, _nothing), TestKeys.CommandNext), record);
        }

        [TestMethod]
        public void WhatItSaysIsReadFromIt()
        {
            VerifiedCommand wipe = Check(ToBoard(OrderVerb.Wipe, 1, 0, 0, Order.TextArguments("sold")), Fresh(), Now).Command;
            Assert.AreEqual("sold", wipe.Reason);
            Assert.AreEqual(0, wipe.DebugSeconds);
            VerifiedCommand debug = Check(ToBoard(OrderVerb.Debug, 1, 0, Now, Order.NumberArguments(60)), Fresh(), Now).Command;
            Assert.AreEqual(60, debug.DebugSeconds);
            Assert.AreEqual("", debug.Reason);
            CollectionAssert.AreEqual(Sha256.Hash(ToBoard(OrderVerb.Wipe, 1, 0, 0, Order.TextArguments("sold"))), wipe.Hash);
            Assert.ThrowsException(typeof(ArgumentNullException), () => VerifiedCommand.Check(null, Keys(), Fresh(), Own(), Group, Now));
        }

        private static byte[] Own()
        {
            return TestKeys.Device.PublicKey.KeyHash();
        }

        private static P256PublicKey[] Keys()
        {
            return new P256PublicKey[] { TestKeys.Command.PublicKey, TestKeys.CommandNext.PublicKey };
        }

        private static byte[] Image()
        {
            return new WantedImage(new byte[32], 10, ImageVersion.Parse("2.0.0"), "virtual-board").Encode();
        }

        private static byte[] ToBoard(string verb, long sequence, long from, long to, byte[] arguments)
        {
            return TestOrders.Sign(new Order(verb, Own(), "", sequence, from, to, arguments));
        }

        private static byte[] ToGroup(string verb, long sequence, long from, long to, byte[] arguments)
        {
            return TestOrders.Sign(new Order(verb, _nothing, Group, sequence, from, to, arguments));
        }

        private static OrderRecord Fresh()
        {
            return OrderRecord.Load(new RecordStore(new MemoryFiles()));
        }

        private static CommandCheck Check(byte[] order, OrderRecord record, long now)
        {
            return VerifiedCommand.Check(order, Keys(), record, Own(), Group, now);
        }

        private static void Expect(CommandVerdict expected, byte[] order)
        {
            Judge(expected, order, Fresh());
        }

        private static void Judge(CommandVerdict expected, byte[] order, OrderRecord record)
        {
            CommandCheck check = Check(order, record, Now);
            Assert.AreEqual((int)expected, (int)check.Verdict, check.Token);
            Assert.AreEqual(expected == CommandVerdict.Accepted, !(check.Command is null));
            Assert.AreNotEqual("not-evaluated", check.Token);
            Assert.AreNotEqual("nothing was decided", check.Reason);
        }
    }
}

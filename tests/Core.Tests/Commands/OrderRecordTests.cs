using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Crypto;
using DeviceFirmware.Memory;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Commands
{
    [TestClass]
    public class OrderRecordTests
    {
        [TestMethod]
        public void ItIsStoredBeforeAnythingIsDone()
        {
            var files = new MemoryFiles();
            VerifiedCommand command = Verify(files, TestOrders.ToBoard(OrderVerb.Restart, 5, new byte[0]));
            Assert.AreEqual(0, files.Operations, "to judge stores nothing");
            command.Take();
            Assert.AreEqual(2, files.Operations);
            OrderRecord record = OrderRecord.Load(new RecordStore(files));
            byte[] key = TestKeys.Command.PublicKey.KeyHash();
            Assert.AreEqual(5L, record.LastSequence(key, false));
            Assert.AreEqual(0L, record.LastSequence(key, true));
            Assert.IsTrue(record.IsKnown(key, false, command.Hash));
            Assert.IsFalse(record.IsKnown(key, true, command.Hash));
            Assert.IsFalse(record.IsKnown(key, false, new byte[32]));
            Verify(files, TestOrders.ToBoard(OrderVerb.Restart, 5, new byte[0])).Take();
            Assert.AreEqual(2, files.Operations, "a repetition stores nothing");
        }

        [TestMethod]
        public void AMalformedRecordIsAnEmptyOne()
        {
            var files = new MemoryFiles();
            Verify(files, TestOrders.ToBoard(OrderVerb.Restart, 5, new byte[0])).Take();
            var store = new RecordStore(files);
            byte[] body = store.Read(OrderRecord.RecordName);
            store.Write(OrderRecord.RecordName, ByteArray.Concat(body, new byte[1]));
            Assert.AreEqual(0L, OrderRecord.Load(store).LastSequence(TestKeys.Command.PublicKey.KeyHash(), false));
            Assert.IsFalse(OrderRecord.Load(store).IsRetired(TestKeys.Command.PublicKey.KeyHash()));
        }

        /// <summary>Four keys are remembered. Those of the deployment stay, whatever came and went beside them.</summary>
        [TestMethod]
        public void WhatIsKnownOfAnEmbeddedKeyIsNeverForgotten()
        {
            var files = new MemoryFiles();
            P256PrivateKey[] others = { TestKeys.CommandNext, TestKeys.Stranger, TestKeys.Ota, TestKeys.OtaNext, TestKeys.Time };
            Take(files, TestKeys.Command, TestKeys.CommandNext, OrderVerb.Restart, 7, new byte[0]);
            Take(files, TestKeys.Command, TestKeys.Stranger, OrderVerb.RetireKey, 8, Order.BytesArguments(TestKeys.Stranger.PublicKey.KeyHash()));
            for (int i = 0; i < others.Length; i++)
            {
                if (i != 1)
                {
                    Take(files, others[i], TestKeys.Command, OrderVerb.Restart, 1, new byte[0]);
                }
            }

            OrderRecord record = OrderRecord.Load(new RecordStore(files));
            Assert.AreEqual(8L, record.LastSequence(TestKeys.Command.PublicKey.KeyHash(), false));
            Assert.IsTrue(record.IsRetired(TestKeys.Stranger.PublicKey.KeyHash()), "others leave before a retired one");
            Assert.AreEqual(1L, record.LastSequence(TestKeys.Time.PublicKey.KeyHash(), false), "the newest is there");
            Assert.AreEqual(0L, record.LastSequence(TestKeys.Ota.PublicKey.KeyHash(), false), "one of an earlier deployment left");
        }

        [TestMethod]
        public void AnswersTravelBothWays()
        {
            OrderAnswer answer = OrderAnswer.Decode(new OrderAnswer(new byte[32], "accepted", "why").Encode());
            Assert.AreEqual("accepted", answer.Token);
            Assert.AreEqual("why", answer.Reason);
            Assert.AreEqual(32, answer.OrderHash.Length);
            Assert.IsNull(OrderAnswer.Decode(new byte[] { 0xA0 }));
            Assert.AreEqual(160, new OrderAnswer(new byte[32], "accepted", new string('x', 200)).Reason.Length);
        }

        private static void Take(MemoryFiles files, P256PrivateKey signer, P256PrivateKey other, string verb, long sequence, byte[] arguments)
        {
            byte[] order = TestOrders.Sign(new Order(verb, TestKeys.Device.PublicKey.KeyHash(), "", sequence, 0, 0, arguments), signer);
            VerifiedCommand.Check(order, new P256PublicKey[] { signer.PublicKey, other.PublicKey }, OrderRecord.Load(new RecordStore(files)),
                TestKeys.Device.PublicKey.KeyHash(), "", 0).Command.Take();
        }

        private static VerifiedCommand Verify(MemoryFiles files, byte[] order)
        {
            return VerifiedCommand.Check(order, new P256PublicKey[] { TestKeys.Command.PublicKey }, OrderRecord.Load(new RecordStore(files)),
                TestKeys.Device.PublicKey.KeyHash(), "", 0).Command;
        }
    }
}

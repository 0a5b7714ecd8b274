using DeviceFirmware.Commands;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Tests.Support
{
    /// <summary>A board whose ports are all in memory: its flash stays, the rest is new with every power-on.</summary>
    internal sealed class TestBoard
    {
        private static byte[] _old;
        private static byte[] _new;
        private static MemoryFiles _provisioned;
        private static long _orders;

        private BrokerMessage _timeAnswered;

        internal TestBoard(MemoryFiles files)
            : this(files, 7)
        {
        }

        /// <summary>With noise of its own.</summary>
        internal TestBoard(MemoryFiles files, uint noise)
        {
            Files = files;
            Console = new MemoryBoard();
            Clock = new MemoryClock();
            Entropy = new MemoryEntropy(noise);
            Radio = new MemoryRadio(Entropy);
            Sealer = new MemorySealer();
            Serial = new MemorySerialLine(Clock);
            TrustStore = new MemoryTrustStore();
            Link = new MemoryBrokerLink(Clock);
            Portal = new MemorySetupPortal();
            Application = new MemoryApplication();
            Anchors = TestAnchors(TestPki.Environment);
            Topics = new Topics(TestPki.DeviceId);
        }

        internal MemoryFiles Files { get; }

        internal MemoryBoard Console { get; }

        internal MemoryClock Clock { get; }

        internal MemoryEntropy Entropy { get; }

        internal MemoryRadio Radio { get; }

        internal MemorySealer Sealer { get; }

        internal MemorySerialLine Serial { get; }

        internal MemoryTrustStore TrustStore { get; }

        internal MemoryBrokerLink Link { get; }

        internal MemorySetupPortal Portal { get; }

        internal bool RefusesDebugger { get; set; }

        internal bool HasFlashEncryption { get; set; }

        internal Ports.IPlatformStore PlatformStore { get; set; }

        /// <summary>What stands between the firmware and <see cref="Files"/>; null: nothing.</summary>
        internal Ports.IFiles Flash { get; set; }

        internal MemoryApplication Application { get; }

        internal TrustAnchors Anchors { get; set; }

        internal Topics Topics { get; }

        internal RecordStore Store => new RecordStore(Files);

        internal SlotTable Table => SlotTable.Load(Store);

        internal uint StoredCounter => new SecurityCounter(Store, 0).Value;

        /// <summary>1.0.0, counter 1.</summary>
        internal static byte[] OldImage => _old ?? (_old = TestImages.Of("1.0.0", 1));

        /// <summary>1.1.0, counter 2.</summary>
        internal static byte[] NewImage => _new ?? (_new = TestImages.Of("1.1.0", 2));

        internal static TrustAnchors TestAnchors(string environment)
        {
            var roots = new TrustAnchors(environment,
                new byte[][] { TestKeys.Ota.PublicKey.Encode(), TestKeys.OtaNext.PublicKey.Encode() }, TestPki.FactoryRoot, TestPki.FleetRoot);
            return new TrustAnchors(roots,
                new byte[][] { TestKeys.Command.PublicKey.Encode(), TestKeys.CommandNext.PublicKey.Encode() }, TestKeys.Time.PublicKey.Encode(), 0);
        }

        internal static IdentityMessage Identity()
        {
            return new IdentityMessage(TestPki.Device, TestPki.Issuing, "broker.lab", 8883, 5, "", "");
        }

        /// <summary>A provisioned board with <see cref="OldImage"/> in use.</summary>
        internal static TestBoard Provisioned()
        {
            if (_provisioned is null)
            {
                var files = new MemoryFiles();
                var store = new RecordStore(files);
                KeepKey(store, TestKeys.Device);
                store.Write("identity", Identity().Encode());
                store.Write("counter", new byte[] { 0, 0, 0, 1 });
                SlotTable table = SlotTable.Load(store);
                table.BeginReceiving(TestImages.FileHash(OldImage));
                files.Put("slot-a.img", OldImage);
                table.Install(TestImages.Verify(files, "slot-a.img"));
                _provisioned = files;
            }

            return new TestBoard(_provisioned.Copy());
        }

        /// <summary>Seals a key into a store, under a seal key that is the same in every test.</summary>
        internal static void KeepKey(RecordStore store, P256PrivateKey key)
        {
            var noise = new MemoryEntropy(3) { IsTrueRandom = true };
            SealKey.Ensure(store, new TestedNoise(new MemoryRadio(noise), noise), out EntropyVerdict _);
            DeviceKey.Record(store, new MemorySealer(), noise).Write(key.ExportScalar());
        }

        /// <summary>The key that lies in a store; null when there is none.</summary>
        internal static StoredKey KeyOf(RecordStore store)
        {
            return DeviceKey.Load(DeviceKey.Record(store, new MemorySealer(), new MemoryEntropy(1)), out SealVerdict _);
        }

        /// <summary>And with <see cref="NewImage"/> staged.</summary>
        internal static TestBoard WithStaged()
        {
            TestBoard board = Provisioned();
            SlotTable table = board.Table;
            table.BeginReceiving(TestImages.FileHash(NewImage));
            board.Files.Put("slot-b.img", NewImage);
            table.Stage(TestImages.Verify(board.Files, "slot-b.img"));
            return board;
        }

        /// <summary>The same flash after a restart.</summary>
        internal TestBoard Restarted()
        {
            Files.PowerOn();
            return new TestBoard(Files);
        }

        internal BoardParts Parts()
        {
            return new BoardParts(Console, Flash ?? Files, Entropy, Sealer, Clock, Radio, Serial, TrustStore, Link, Application, Anchors)
            {
                Portal = Portal,
                RefusesDebugger = RefusesDebugger,
                HasFlashEncryption = HasFlashEncryption,
                PlatformStore = PlatformStore,
            };
        }

        /// <summary>What <see cref="BoardLife"/> does before a provisioned board connects.</summary>
        internal ConnectedBoard Start()
        {
            RecordStore store = Store;
            var counter = new SecurityCounter(store, 0);
            SlotTable table = SlotTable.Load(store);
            BootSequence boot = BootSequence.Run(Files, table, Parts().Rules(counter.Value, table), Console);
            IdentityMessage identity = IdentityRecord.Load(store);
            StoredKey key = KeyOf(store);
            DeviceCertificate certificate = DeviceCertificate.Check(identity.Certificate, identity.Issuer, key.PublicKey, Console.HardwareId,
                TestPki.DeviceId, Anchors.Environment, Anchors.FactoryRoot).Certificate;
            var board = new ConnectedBoard(Parts(), identity, certificate, key, table, counter, boot);
            board.Begin();
            return board;
        }

        /// <summary>Started, and connected.</summary>
        internal ConnectedBoard Connected()
        {
            ConnectedBoard life = Start();
            Turn(life, 5);
            return life;
        }

        /// <summary>So many turns, 10 ms each, of a board whose fleet answers for the time.</summary>
        internal void Turn(ConnectedBoard life, int turns)
        {
            for (int i = 0; i < turns; i++)
            {
                life.Step();
                AnswerTime();
                Clock.Advance(10);
            }
        }

        /// <summary>The token of the last answer to an order.</summary>
        internal string Answered()
        {
            return OrderAnswer.Decode(Last(Topics.OrderAnswer).Payload).Token;
        }

        /// <summary>How many messages went to that topic whose text has that part.</summary>
        internal int Published(string topic, string part)
        {
            int count = 0;
            for (int i = 0; i < Link.PublishedCount; i++)
            {
                BrokerMessage message = Link.PublishedAt(i);
                if (message.Topic == topic && (part.Length == 0 || Text(message.Payload).IndexOf(part) >= 0))
                {
                    count++;
                }
            }

            return count;
        }

        /// <summary>The last message to that topic; null when there is none.</summary>
        internal BrokerMessage Last(string topic)
        {
            for (int i = Link.PublishedCount - 1; i >= 0; i--)
            {
                if (Link.PublishedAt(i).Topic == topic)
                {
                    return Link.PublishedAt(i);
                }
            }

            return null;
        }

        /// <summary>The fleet answers the last heartbeat.</summary>
        internal void AnswerHeartbeat()
        {
            Link.Deliver(Topics.HeartbeatReply, Last(Topics.HeartbeatRequest).Payload);
        }

        /// <summary>The fleet answers the last question for the time with what the clock says; once for each question.</summary>
        internal void AnswerTime()
        {
            BrokerMessage asked = Last(Topics.TimeRequest);
            if (!(asked is null) && asked != _timeAnswered)
            {
                _timeAnswered = asked;
                Link.Deliver(Topics.TimeReply, TestOrders.Time(asked.Payload, Clock.UtcNow()));
            }
        }

        /// <summary>The fleet carries an order to update to that image.</summary>
        internal void OrderUpdate(byte[] image, string version)
        {
            Order(TestOrders.Update(NextOrder(), image, version));
        }

        /// <summary>The fleet carries that order.</summary>
        internal void Order(byte[] order)
        {
            AnswerTime();
            Link.Deliver(Topics.Order, order);
        }

        /// <summary>A number that no order had yet.</summary>
        internal static long NextOrder()
        {
            return ++_orders;
        }

        internal static string Text(byte[] bytes)
        {
            string text = "";
            for (int i = 0; i < bytes.Length; i++)
            {
                text = text + ((char)bytes[i]).ToString();
            }

            return text;
        }
    }
}

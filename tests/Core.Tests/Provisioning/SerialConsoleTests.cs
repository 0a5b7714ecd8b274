using DeviceFirmware.Bytes;
using DeviceFirmware.Memory;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Provisioning
{
    [TestClass]
    public class SerialConsoleTests
    {
        [TestMethod]
        public void FramesAndLinesAreAnswered()
        {
            var line = new MemorySerialLine(null);
            SerialConsole console = Console(line);
            line.Send(ByteArray.Concat(new byte[] { 0, 0xD5 }, new SerialFrame(MessageType.Hello, new HelloMessage(new byte[8]).Encode()).Encode()));
            console.Poll(10);
            var reader = new SerialFrameReader();
            byte[] answer = line.Receive();
            for (int i = 0; i < answer.Length; i++)
            {
                reader.Take(answer[i]);
            }

            Assert.AreEqual((int)MessageType.Board, (int)reader.Frame.Type);
            line.Send(Ascii.GetBytes("id"));
            console.Poll(10);
            Assert.AreEqual(0, line.Receive().Length, "the line is not over");
            line.Send(new byte[] { 13 });
            console.Poll(10);
            byte[] text = line.Receive();
            Assert.StartsWith("state=provisioned", Ascii.GetString(text, 0, text.Length - 2));
            Assert.AreEqual(13, (int)text[text.Length - 2]);
            Assert.AreEqual(10, (int)text[text.Length - 1]);
            line.Send(ByteArray.Concat(Ascii.GetBytes("reboot now"), new byte[] { 10 }));
            console.Poll(10);
            Assert.AreEqual(0, line.Receive().Length);
        }

        [TestMethod]
        public void EveryLineOfATextEndsAsATerminalWants()
        {
            var line = new MemorySerialLine(null);
            SerialConsole console = Console(line, BoardState.Unprovisioned);
            line.Send(new byte[] { (byte)'c', (byte)'s', (byte)'r', 13, 10 });
            console.Poll(10);
            byte[] text = line.Receive();
            int ends = 0;
            for (int i = 0; i < text.Length; i++)
            {
                Assert.AreEqual(text[i] == 10, i > 0 && text[i - 1] == 13);
                ends += text[i] == 10 ? 1 : 0;
            }

            Assert.IsTrue(ends > 5);
            Assert.StartsWith("-----BEGIN CERTIFICATE REQUEST-----", Ascii.GetString(text, 0, 35));
            Assert.AreEqual("-----END CERTIFICATE REQUEST-----", Ascii.GetString(text, text.Length - 35, 33));
            line.Send(text);
            console.Poll(10);
            console.Poll(10);
            console.Poll(10);
            Assert.AreEqual(0, line.Receive().Length, "an echo is not answered");
        }

        [TestMethod]
        public void AHalfFrameIsForgottenInSilence()
        {
            var line = new MemorySerialLine(null);
            SerialConsole console = Console(line);
            byte[] hello = new SerialFrame(MessageType.Hello, new HelloMessage(new byte[8]).Encode()).Encode();
            line.Send(new byte[] { 0xD5, 0xF1, 0x05, 0x08, 0x00 });
            console.Poll(250);
            line.Send(hello);
            console.Poll(250);
            Assert.AreEqual(0, line.Receive().Length, "taken for a part of the half one");
            for (int i = 0; i < 4; i++)
            {
                console.Poll(250);
            }

            line.Send(hello);
            console.Poll(250);
            Assert.IsTrue(line.Receive().Length > 9);
        }

        private static SerialConsole Console(MemorySerialLine line)
        {
            return Console(line, BoardState.Provisioned);
        }

        private static SerialConsole Console(MemorySerialLine line, BoardState state)
        {
            var files = new MemoryFiles();
            var store = new RecordStore(files);
            var self = new BoardSelf(state, TestPki.HardwareId, "virtual-board", "0.1.0", "test", TestPki.FactoryRoot, new byte[32], TestPki.DeviceId);
            return new SerialConsole(line, new ProvisioningSession(
                files, store, TestKeys.Identity, self, TestRules.Standard(), SlotTable.Load(store), new SecurityCounter(store, 0),
                new BoardSecrets(new TestedNoise(new MemoryRadio(null), new MemoryEntropy(1)), store, new MemorySealer(), new MemoryEntropy(1))));
        }
    }
}

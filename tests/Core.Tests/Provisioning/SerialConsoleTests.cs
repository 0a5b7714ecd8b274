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
            line.Send(ByteArray.Concat(new byte[] { 0, 0xD5 }, new SerialFrame(MessageType.Hello, new HelloMessage().Encode()).Encode()));
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
        public void AHalfFrameIsForgottenInSilence()
        {
            var line = new MemorySerialLine(null);
            SerialConsole console = Console(line);
            byte[] hello = new SerialFrame(MessageType.Hello, new HelloMessage().Encode()).Encode();
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
            var files = new MemoryFiles();
            var store = new RecordStore(files);
            var self = new BoardSelf(BoardState.Provisioned, TestPki.HardwareId, "virtual-board", "0.1.0", "test", TestPki.FactoryRoot, new byte[32], TestPki.DeviceId);
            return new SerialConsole(line, new ProvisioningSession(
                files, store, TestKeys.Identity, self, TestRules.Standard(), SlotTable.Load(store), new SecurityCounter(store, 0)));
        }
    }
}

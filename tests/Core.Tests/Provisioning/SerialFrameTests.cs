using System;
using System.Collections;
using DeviceFirmware.Bytes;
using DeviceFirmware.Provisioning;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Provisioning
{
    [TestClass]
    public class SerialFrameTests
    {
        [TestMethod]
        public void AFrameOnTheWire()
        {
            Assert.AreEqual("d5f1010003a10101de8deb68", Hex.Encode(new SerialFrame(1, Hex.Decode("a10101")).Encode()));
            byte[] frame = new SerialFrame(0x8F, new byte[] { 0x31 }).Encode();
            Assert.AreEqual("d5f18f000131", Hex.Encode(ByteArray.Slice(frame, 0, 6)));
            Assert.AreEqual(Crc32.Compute(frame, 2, 4), BigEndian.GetUInt32(frame, 6));
            Assert.AreEqual(10, frame.Length);
        }

        [TestMethod]
        public void EveryLengthGoesThrough()
        {
            CheckLength(0);
            CheckLength(1);
            CheckLength(255);
            CheckLength(256);
            CheckLength(2047);
            CheckLength(2048);
            Assert.ThrowsException(typeof(ArgumentOutOfRangeException), () => new SerialFrame(1, new byte[2049]));
            Assert.ThrowsException(typeof(ArgumentNullException), () => new SerialFrame(1, null));
        }

        [TestMethod]
        public void FramesBehindOneAnotherAllArrive()
        {
            byte[] one = new SerialFrame(1, new byte[] { 1 }).Encode();
            byte[] two = new SerialFrame(2, new byte[0]).Encode();
            ArrayList frames = Feed(new SerialFrameReader(), ByteArray.Concat(one, two, one));
            Assert.AreEqual(3, frames.Count);
            Assert.AreEqual(2, (int)((SerialFrame)frames[1]).Type);
        }

        [TestMethod]
        public void NoiseAroundIsSkipped()
        {
            byte[] frame = new SerialFrame(1, new byte[] { 1, 2, 3 }).Encode();
            var noise = new byte[600];
            for (int i = 0; i < noise.Length; i++)
            {
                // Every byte but line ends, start bytes alone and in the wrong order included.
                noise[i] = (byte)(i * 7);
                noise[i] = noise[i] == 0xF1 && noise[i - 1] == 0xD5 ? (byte)0 : noise[i];
            }

            ArrayList frames = Feed(new SerialFrameReader(), ByteArray.Concat(noise, frame, noise, frame));
            Assert.AreEqual(2, frames.Count);
            frames = Feed(new SerialFrameReader(), ByteArray.Concat(new byte[] { 0xD5 }, frame));
            Assert.AreEqual(1, frames.Count, "half a start mark before");
            frames = Feed(new SerialFrameReader(), ByteArray.Concat(new byte[] { 0xD5, 0xD5, 0xD5 }, frame));
            Assert.AreEqual(1, frames.Count);
        }

        [TestMethod]
        public void NoChangeIsOverlooked()
        {
            byte[] frame = new SerialFrame(3, new byte[] { 1, 2, 3, 4 }).Encode();
            for (int i = 0; i < frame.Length; i++)
            {
                for (int bit = 1; bit < 256; bit <<= 1)
                {
                    byte[] changed = ByteArray.Slice(frame, 0, frame.Length);
                    changed[i] ^= (byte)bit;
                    Assert.AreEqual(0, Feed(new SerialFrameReader(), changed).Count, "byte " + i.ToString());
                }
            }
        }

        [TestMethod]
        public void AGoodFrameInsideABrokenOneIsFound()
        {
            byte[] good = new SerialFrame(1, new byte[] { 9 }).Encode();
            byte[] broken = new SerialFrame(2, good).Encode();
            broken[broken.Length - 1] ^= 1;
            var reader = new SerialFrameReader();
            ArrayList frames = Feed(reader, broken);
            Assert.AreEqual(1, frames.Count);
            Assert.AreEqual(1, (int)((SerialFrame)frames[0]).Type);
            Assert.AreEqual(1, reader.Broken);
        }

        [TestMethod]
        public void AFrameCutOffIsFollowedByTheNext()
        {
            byte[] frame = new SerialFrame(1, new byte[20]).Encode();
            for (int length = 1; length < frame.Length; length++)
            {
                // What is missing is taken from the frames behind; sooner or later one arrives whole.
                var reader = new SerialFrameReader();
                Feed(reader, ByteArray.Slice(frame, 0, length));
                int frames = 0;
                for (int i = 0; i < 20; i++)
                {
                    frames += Feed(reader, frame).Count;
                }

                Assert.IsTrue(frames >= 10, length.ToString());

                // After silence the half frame is forgotten.
                reader = new SerialFrameReader();
                Feed(reader, ByteArray.Slice(frame, 0, length));
                reader.Forget();
                Assert.AreEqual(1, Feed(reader, frame).Count, length.ToString());
            }
        }

        [TestMethod]
        public void OverlongFramesAreGivenUpAtOnce()
        {
            var reader = new SerialFrameReader();
            Feed(reader, new byte[] { 0xD5, 0xF1, 0x01, 0x08, 0x01 });
            Assert.AreEqual(1, reader.Broken, "2049 bytes");
            byte[] good = new SerialFrame(1, new byte[0]).Encode();
            Assert.AreEqual(1, Feed(reader, good).Count);
            Feed(reader, new byte[] { 0xD5, 0xF1, 0x01, 0xFF, 0xFF });
            Assert.AreEqual(2, reader.Broken);
        }

        [TestMethod]
        public void AnyStreamIsTakenInBoundedMemory()
        {
            var reader = new SerialFrameReader();
            uint state = 12345;
            var mark = new byte[] { 0xD5, 0xF1, 0x01, 0x08, 0x00, (byte)'\n' };
            for (int i = 0; i < 100000; i++)
            {
                state = (state * 1664525) + 1013904223;
                byte value = (byte)(state >> 24);
                reader.Take(value < 0x60 ? mark[value % 6] : value);
            }

            Feed(reader, new byte[SerialFrame.MaximumBody + SerialFrame.Overhead]);
            Assert.AreEqual(1, Feed(reader, new SerialFrame(7, new byte[3]).Encode()).Count);
        }

        [TestMethod]
        public void LinesOfTextShareTheLine()
        {
            byte[] frame = new SerialFrame(1, new byte[] { (byte)'\n', (byte)'x' }).Encode();
            var lines = new ArrayList();
            var reader = new SerialFrameReader();
            byte[] stream = ByteArray.Concat(Ascii.GetBytes("id"), new byte[] { 13, 10 }, frame, Ascii.GetBytes("help"), new byte[] { 10 });
            int frames = 0;
            for (int i = 0; i < stream.Length; i++)
            {
                reader.Take(stream[i]);
                if (!(reader.Line is null))
                {
                    lines.Add(reader.Line);
                }

                frames += reader.Frame is null ? 0 : 1;
            }

            Assert.AreEqual(2, lines.Count);
            Assert.AreEqual("id", (string)lines[0]);
            Assert.AreEqual("help", (string)lines[1]);
            Assert.AreEqual(1, frames);
        }

        [TestMethod]
        public void LongLinesAreCutAndBinaryEndsThem()
        {
            var reader = new SerialFrameReader();
            for (int i = 0; i < 1000; i++)
            {
                reader.Take((byte)'a');
            }

            reader.Take(10);
            Assert.AreEqual(SerialFrameReader.MaximumLine, reader.Line.Length);
            Feed(reader, new byte[] { (byte)'i', 0x00, (byte)'d' });
            reader.Take(10);
            Assert.AreEqual("d", reader.Line);
            reader.Take(10);
            Assert.IsNull(reader.Line, "an empty line is none");
        }

        private static void CheckLength(int length)
        {
            var body = new byte[length];
            for (int i = 0; i < length; i++)
            {
                body[i] = (byte)(i * 31);
            }

            ArrayList frames = Feed(new SerialFrameReader(), new SerialFrame(5, body).Encode());
            Assert.AreEqual(1, frames.Count, length.ToString());
            CollectionAssert.AreEqual(body, ((SerialFrame)frames[0]).Body);
        }

        private static ArrayList Feed(SerialFrameReader reader, byte[] data)
        {
            var frames = new ArrayList();
            for (int i = 0; i < data.Length; i++)
            {
                reader.Take(data[i]);
                if (!(reader.Frame is null))
                {
                    frames.Add(reader.Frame);
                }
            }

            return frames;
        }
    }
}

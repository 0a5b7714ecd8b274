using DeviceFirmware.Bytes;
using DeviceFirmware.Connect;
using DeviceFirmware.Identity;
using DeviceFirmware.Image;
using DeviceFirmware.Memory;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Update;

namespace DeviceFirmware.HostTests;

/// <summary>Damaged and random bytes through every reader: an attack is data, never an exception. The seed is fixed.</summary>
[TestClass]
public class HostileBytesTests
{
    private const int Rounds = 3000;

    [TestMethod]
    public void CertificatesAndRequests()
    {
        byte[] request = DeviceFirmware.Identity.CertificateRequest.Create(TestKeys.Identity, TestPki.HardwareId, TestPki.DeviceId);
        Attack(TestPki.Device, data => DeviceFirmware.Identity.Certificate.Decode(data));
        Attack(TestPki.Issuing, data => DeviceFirmware.Identity.Certificate.Decode(data));
        Attack(request, data => DeviceFirmware.Identity.CertificateRequest.Decode(data));
        Attack(Pem.Encode("CERTIFICATE REQUEST", request), data => Pem.Decode("CERTIFICATE REQUEST", data));
    }

    [TestMethod]
    public void SerialMessages()
    {
        Attack(new HelloMessage(new byte[8]).Encode(), data => HelloMessage.Decode(data));
        Attack(new AssignMessage("dev-1").Encode(), data => AssignMessage.Decode(data));
        Attack(new IdentityMessage(new byte[40], new byte[30], "host", 1, 1, "n", "p").Encode(), data => IdentityMessage.Decode(data));
        Attack(new ImageBeginMessage(70000, new byte[32]).Encode(), data => ImageBeginMessage.Decode(data));
        Attack(new ImageChunkMessage(70000, new byte[32]).Encode(), data => ImageChunkMessage.Decode(data));
        Attack(new BoardMessage(BoardState.Recovery, "a", "b", "c", "d", new byte[32], "e", new byte[8]).Encode(), data => BoardMessage.Decode(data));
        Attack(new CsrMessage(new byte[50], new byte[32]).Encode(), data => CsrMessage.Decode(data));
        Attack(new AckMessage(new byte[32]).Encode(), data => AckMessage.Decode(data));
        Attack(new SecretsMessage("0123456789ABCDEFGHJK"u8.ToArray(), "MNPQRSTVWXYZ"u8.ToArray(), new byte[32]).Encode(), data => SecretsMessage.Decode(data));
        Attack(new SecretsKeptMessage(new byte[32]).Encode(), data => SecretsKeptMessage.Decode(data));
        Attack(new RefusedMessage("a", "b", new byte[32]).Encode(), data => RefusedMessage.Decode(data));
    }

    [TestMethod]
    public void TopicMessages()
    {
        Attack(new Heartbeat(new byte[8]).Encode(), data => Heartbeat.Decode(data));
        Attack(new WantedImage(new byte[32], 70000, ImageVersion.Parse("1.2.3"), "virtual-board").Encode(), data => WantedImage.Decode(data));
        Attack(new ChunkRequest(new byte[32], 1024, 1024).Encode(), data => ChunkRequest.Decode(data));
        Attack(new ChunkReply(new byte[32], 1024, new byte[20]).Encode(), data => ChunkReply.Decode(data));
    }

    [TestMethod]
    public void Images()
    {
        MemoryFiles files = new();
        Attack(new ImageBuilder().Build(), data =>
        {
            files.Put("image", data);
            ImageCheck check = VerifiedImage.Load(files, "image", TestRules.Standard());
            Assert.AreNotEqual(ImageVerdict.NotEvaluated, check.Verdict);
            return check;
        });
    }

    /// <summary>One to four bytes changed, a cut, a repetition, or nothing but noise.</summary>
    private static void Attack(byte[] good, Func<byte[], object?> read)
    {
        Assert.IsNotNull(read(good));
        Random random = new(good.Length);
        for (int round = 0; round < Rounds; round++)
        {
            byte[] data = [.. good];
            switch (round % 4)
            {
                case 0:
                case 1:
                    for (int changes = random.Next(1, 5); changes > 0; changes--)
                    {
                        data[random.Next(data.Length)] = (byte)random.Next(256);
                    }

                    break;
                case 2:
                    int from = random.Next(data.Length);
                    int to = random.Next(from, data.Length);
                    data = [.. data[..to], .. data[from..]];
                    break;
                default:
                    data = new byte[random.Next(200)];
                    random.NextBytes(data);
                    break;
            }

            read(data);
        }
    }
}

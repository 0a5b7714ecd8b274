using System.Security.Cryptography;
using System.Security.Cryptography.Cose;
using System.Text;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.HostTests.Bytes;

/// <summary>.NET's COSE and ours read each other's messages.</summary>
[TestClass]
public sealed class CosePeerTests
{
    private const string Context = "DeviceFirmware/test/1";

    /// <summary>What .NET signs in our form is read and believed.</summary>
    [TestMethod]
    public void ThePeersMessagesAreBelieved()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        P256PublicKey ours = PublicKey(key);
        foreach (int size in (int[])[0, 1, 23, 24, 255, 256, 4000])
        {
            byte[] payload = RandomNumberGenerator.GetBytes(size);
            var signer = new CoseSigner(key, HashAlgorithmName.SHA256, new CoseHeaderMap { { CoseHeaderLabel.KeyIdentifier, ours.KeyHash() } });
            byte[] message = CoseSign1Message.SignEmbedded(payload, signer, Encoding.ASCII.GetBytes(Context));
            CoseSign1 read = CoseSign1.Decode(message, 4000);
            Assert.IsNotNull(read, Convert.ToHexString(message));
            CollectionAssert.AreEqual(payload, read.Payload);
            Assert.IsTrue(read.IsSignedBy(ours, Context));
            Assert.IsFalse(read.IsSignedBy(ours, Context + "1"));
        }
    }

    /// <summary>What we sign, .NET reads and verifies.</summary>
    [TestMethod]
    public void ThePeerBelievesOurs()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] keyHash = PublicKey(key).KeyHash();
        byte[] payload = RandomNumberGenerator.GetBytes(300);
        byte[] signature = key.SignHash(CoseSign1.Digest(keyHash, payload, Context));
        CoseSign1Message message = CoseMessage.DecodeSign1(CoseSign1.Encode(keyHash, payload, signature));
        CollectionAssert.AreEqual(payload, message.Content!.Value.ToArray());
        CollectionAssert.AreEqual(keyHash, message.ProtectedHeaders[CoseHeaderLabel.KeyIdentifier].GetValueAsBytes());
        Assert.IsTrue(message.VerifyEmbedded(key, Encoding.ASCII.GetBytes(Context)));
        Assert.IsFalse(message.VerifyEmbedded(key, Encoding.ASCII.GetBytes("another")));
    }

    private static P256PublicKey PublicKey(ECDsa key)
    {
        byte[] spki = key.ExportSubjectPublicKeyInfo();
        return P256PublicKey.DecodeSubjectPublicKeyInfo(spki, 0, spki.Length);
    }
}

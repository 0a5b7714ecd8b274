using System.Security.Cryptography;
using DeviceFirmware.Crypto;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.HostTests.Crypto;

/// <summary>Keys and signatures that go from here to .NET and back.</summary>
[TestClass]
public class EcdsaInteropTests
{
    private const int Rounds = 150;

    [TestMethod]
    public void SignedHereVerifiedThere()
    {
        Random random = Seed.NewRandom();
        HmacDrbg drbg = NewDrbg(random);

        for (int round = 0; round < Rounds; round++)
        {
            P256PrivateKey key = P256PrivateKey.Generate(drbg);
            byte[] hash = random.NextBytes(32);
            byte[] signature = Ecdsa.Sign(key, hash);
            using ECDsa theirs = ECDsa.Create();
            theirs.ImportSubjectPublicKeyInfo(key.PublicKey.EncodeSubjectPublicKeyInfo(), out _);

            Assert.IsTrue(theirs.VerifyHash(hash, signature, DSASignatureFormat.IeeeP1363FixedFieldConcatenation), $"round {round}");
            Assert.IsTrue(theirs.VerifyHash(hash, EcdsaSignatureDer.Encode(signature), DSASignatureFormat.Rfc3279DerSequence), $"round {round}");
        }
    }

    [TestMethod]
    public void SignedThereVerifiedHere()
    {
        Random random = Seed.NewRandom();

        for (int round = 0; round < Rounds; round++)
        {
            using ECDsa theirs = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            byte[] spki = theirs.ExportSubjectPublicKeyInfo();
            P256PublicKey? key = P256PublicKey.DecodeSubjectPublicKeyInfo(spki, 0, spki.Length);
            Assert.IsNotNull(key);
            byte[] hash = random.NextBytes(32);
            byte[] der = theirs.SignHash(hash, DSASignatureFormat.Rfc3279DerSequence);
            byte[]? signature = EcdsaSignatureDer.Decode(der, 0, der.Length);
            Assert.IsNotNull(signature);

            Assert.IsTrue(
                Ecdsa.Verify(key, hash, signature),
                $"round {round}: {Convert.ToHexString(spki)}, {Convert.ToHexString(hash)}, {Convert.ToHexString(der)}");
            CollectionAssert.AreEqual(der, EcdsaSignatureDer.Encode(signature));

            int bit = random.Next(signature.Length * 8);
            signature[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.IsFalse(Ecdsa.Verify(key, hash, signature), $"round {round}, bit {bit}");
        }
    }

    [TestMethod]
    public void Sec1ImportsThere()
    {
        Random random = Seed.NewRandom();
        HmacDrbg drbg = NewDrbg(random);

        for (int round = 0; round < 20; round++)
        {
            P256PrivateKey key = P256PrivateKey.Generate(drbg);
            byte[] sec1 = key.ExportSec1();
            Assert.HasCount(121, sec1);
            using ECDsa theirs = ECDsa.Create();
            theirs.ImportECPrivateKey(sec1, out int bytesRead);
            ECParameters parameters = theirs.ExportParameters(true);

            Assert.AreEqual(sec1.Length, bytesRead);
            CollectionAssert.AreEqual(key.ExportScalar(), parameters.D);
            CollectionAssert.AreEqual(key.PublicKey.Encode(), (byte[])[0x04, .. parameters.Q.X!, .. parameters.Q.Y!]);
            CollectionAssert.AreEqual(key.PublicKey.EncodeSubjectPublicKeyInfo(), theirs.ExportSubjectPublicKeyInfo());
            CollectionAssert.AreEqual(sec1, theirs.ExportECPrivateKey());

            byte[] hash = random.NextBytes(32);
            Assert.IsTrue(Ecdsa.Verify(key.PublicKey, hash, theirs.SignHash(hash)));
        }
    }

    [TestMethod]
    public void ScalarsImportHere()
    {
        for (int round = 0; round < 50; round++)
        {
            using ECDsa theirs = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            P256PrivateKey? key = P256PrivateKey.Import(theirs.ExportParameters(true).D!);

            Assert.IsNotNull(key);
            CollectionAssert.AreEqual(theirs.ExportSubjectPublicKeyInfo(), key.PublicKey.EncodeSubjectPublicKeyInfo());
            CollectionAssert.AreEqual(SHA256.HashData(theirs.ExportSubjectPublicKeyInfo()), key.PublicKey.KeyHash());
        }
    }

    [TestMethod]
    public void GeneratedScalarsAreFips186A22()
    {
        byte[] entropyInput = Seed.NewRandom().NextBytes(32);
        HmacDrbg drbg = new(entropyInput, new byte[16], null);
        ReferenceDrbg reference = new(entropyInput, new byte[16], null);

        for (int round = 0; round < 10; round++)
        {
            byte[] expected = ReferenceP256.ToBytes(ReferenceP256.FromBytes(reference.Generate(32)) + 1);
            CollectionAssert.AreEqual(expected, P256PrivateKey.Generate(drbg).ExportScalar());
        }
    }

    private static HmacDrbg NewDrbg(Random random) => new(random.NextBytes(32), random.NextBytes(16), null);
}

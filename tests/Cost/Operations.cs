using System.Numerics;
using DeviceFirmware.Crypto;
using DeviceFirmware.HostTests.Generator;
using DeviceFirmware.Identity;
using DeviceFirmware.Image;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Ports;
using DeviceFirmware.Tests.Support;

namespace DeviceFirmware.Tests.Cost;

/// <summary>What is measured.</summary>
internal static class Operations
{
    private const int ImageSize = 65536;

    /// <summary>All, in the order of the table.</summary>
    internal static IReadOnlyList<Operation> All { get; } =
    [
        new("key-generation", 350_000, () =>
        {
            HmacDrbg drbg = Drbg();
            return () => P256PrivateKey.Generate(drbg);
        }),
        new("sign", 800_000, () =>
        {
            (P256PrivateKey key, byte[] hash) = (TestKeys.Device, Sample(32));
            return () => Ecdsa.Sign(key, hash);
        }),
        new("verify-any-key", 1_750_000, () =>
        {
            (P256PublicKey key, byte[] hash) = (TestKeys.Device.PublicKey, Sample(32));
            byte[] signature = Ecdsa.Sign(TestKeys.Device, hash);
            return () => Expect(Ecdsa.Verify(key, hash, signature));
        }),
        new("verify-embedded-key", 590_000, () =>
        {
            byte[] point = TestKeys.Device.PublicKey.Encode();
            BigInteger x = new(point.AsSpan(1, 32), isUnsigned: true, isBigEndian: true);
            BigInteger y = new(point.AsSpan(33, 32), isUnsigned: true, isBigEndian: true);
            P256PublicKey key = P256PublicKey.DecodeEmbedded(point, new KeyTableOfWords(KeyTable.Words(new(x, y))));
            (byte[] hash, byte[] signature) = (Sample(32), Ecdsa.Sign(TestKeys.Device, Sample(32)));
            return () => Expect(Ecdsa.Verify(key, hash, signature));
        }),
        new("import-key", 0, () =>
        {
            byte[] scalar = TestKeys.Device.ExportScalar();
            return () => P256PrivateKey.Import(scalar);
        }),
        new("sha256-block", 4_300, () => Hash(65), () => Hash(64)),
        new("sha256-64-bytes", 0, () => Hash(1)),
        new("hmac-64-bytes", 0, () =>
        {
            (byte[] key, byte[] data) = (Sample(32), Sample(64));
            return () => HmacSha256.Mac(key, data);
        }),
        new("drbg-reseed", 0, () =>
        {
            (HmacDrbg drbg, byte[] entropy) = (Drbg(), Sample(48));
            return () => drbg.Reseed(entropy);
        }),
        new("drbg-generate-32-bytes", 0, () =>
        {
            (HmacDrbg drbg, byte[] buffer) = (Drbg(), new byte[32]);
            return () => drbg.Generate(buffer, 0, buffer.Length);
        }),
        new("self-test-verifying", 0, () => () => Expect(new CryptoSelfTest().Verifies())),
        new("self-test-signing", 0, () => () => Expect(new CryptoSelfTest().Signs())),
        new("entropy-health", 0, () =>
        {
            byte[] samples = Sample(EntropyHealth.MinimumSamples);
            return () => Expect(EntropyHealth.Check(samples) == EntropyVerdict.Accepted);
        }),
        new("certificate-request", 0, () =>
        {
            IIdentityKey key = TestKeys.Identity;
            return () => CertificateRequest.Create(key, TestPki.HardwareId, TestPki.DeviceId);
        }),
        new("certificate-check", 0, () =>
        {
            (byte[] device, byte[] issuing, byte[] root) = (TestPki.Device, TestPki.Issuing, TestPki.FactoryRoot);
            P256PublicKey key = TestKeys.Device.PublicKey;
            return () => Expect(DeviceCertificate.Check(device, issuing, key, TestPki.HardwareId, TestPki.DeviceId, TestPki.Environment, root).Verdict == CertificateVerdict.Accepted);
        }),
        new("image-check-64-KB", 0, () =>
        {
            MemoryFiles files = new();
            files.Put("slot-a.img", new ImageBuilder { Payload = ImageBuilder.DotNetPayload(Sample(ImageSize)) }.Build());
            ImageRules rules = new([TestKeys.Ota.PublicKey, TestKeys.OtaNext.PublicKey], "virtual-board", 2, 0, new ImageVersion(0, 1, 0, 0), "1.17", 98304);
            return () => Expect(VerifiedImage.Check(files, "slot-a.img", rules).Verdict == ImageVerdict.Accepted);
        }),
        new("first-boot", 0, () =>
        {
            TestBoard board = new(new MemoryFiles());
            return () => Live(board, 1, "serial state=unprovisioned");
        }),
        new("boot-and-connect", 0, () =>
        {
            TestBoard board = TestBoard.Provisioned();
            return () => Live(board, 15, "serial state=provisioned");
        }),
    ];

    private static Action Hash(int blocks)
    {
        byte[] data = Sample(64 * blocks);
        return () => Sha256.Hash(data);
    }

    private static HmacDrbg Drbg() => new(Sample(48), Sample(16), null);

    private static byte[] Sample(int length)
    {
        byte[] sample = new byte[length];
        new Random(5).NextBytes(sample);
        return sample;
    }

    private static void Expect(bool isRight)
    {
        if (!isRight)
        {
            throw new InvalidOperationException("the operation did not do what it was measured for");
        }
    }

    /// <summary>From power-on until the board has slept that long in all.</summary>
    private static void Live(TestBoard board, int milliseconds, string line)
    {
        board.Clock.Patience = milliseconds;
        try
        {
            new BoardLife(board.Parts()).Run();
        }
        catch (BoardHaltedException)
        {
            Expect(board.Console.CountLines(line) == 1);
        }
    }
}

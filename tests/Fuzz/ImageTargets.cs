using System.Buffers.Binary;
using System.Security.Cryptography;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;
using DeviceFirmware.Memory;
using DeviceFirmware.Signer;
using DeviceFirmware.Tests.Support;

namespace DeviceFirmware.Fuzz;

/// <summary>Images before the board's door and before the signer's inspection.</summary>
internal static class ImageTargets
{
    private const string Name = "image";

    // The same keys in another implementation, which has to agree with every acceptance.
    private static readonly ECDsa[] _theirs = [.. new[] { TestKeys.Ota, TestKeys.OtaNext }.Select(Theirs)];

    public static Target Door { get; } = new("image", Seeds, new ImageGrammar(), Sign, Judge, 64 * 1024, 8);

    public static Target Inspection { get; } = new("inspect", Seeds, new ImageGrammar(), SumAssembly, Inspect, 16 * 1024, 16);

    private static byte[][] Seeds() =>
    [
        new ImageBuilder().Build(),
        new ImageBuilder { HeaderSize = 64, Payload = ImageBuilder.DotNetPayload([1, 2, 3], [4], new byte[300]) }.Protect(Tlv.MinimumLoader, new byte[8]).Build(),
        new ImageBuilder { Key = TestKeys.OtaNext }.Protect(Tlv.CoreLibrary, Ascii.GetBytes("1.17")).Build(),
        new ImageBuilder { Key = TestKeys.Stranger }.Build(),
        new ImageBuilder { Payload = [.. NanoFile.Of(200, 1), .. NanoFile.Of(124, 2)] }.Replace(Tlv.PayloadKind, [1]).Build(),
    ];

    private static string Judge(byte[] input)
    {
        MemoryFiles files = new();
        files.Put(Name, input);
        byte kind = ImageDump.Read(input)?.ValueOf(ImageFormat.PayloadKindTlv).FirstOrDefault() == 1 ? (byte)1 : (byte)2;
        P256PublicKey[] keys = [TestKeys.Ota.PublicKey, TestKeys.OtaNext.PublicKey];
        ImageCheck check = VerifiedImage.Load(files, Name, TestRules.Of(keys, kind, 1));
        if (check.Verdict == ImageVerdict.NotEvaluated || (check.Verdict == ImageVerdict.Accepted) == (check.Image is null))
        {
            throw new BrokenPromiseException("a verdict without decision");
        }

        if (check.Image is not null && (!IsSigned(input) || check.Image.Modules.Sum(module => module.Length) > input.Length))
        {
            throw new BrokenPromiseException("accepted what nobody signed");
        }

        return check.Reason;
    }

    private static string Inspect(byte[] input)
    {
        ImageDump? dump = ImageDump.Read(input);
        if (dump is null || dump.Problem is not null)
        {
            return dump?.Problem ?? "none";
        }

        PayloadDump payload = PayloadDump.Read(dump.ValueOf(ImageFormat.PayloadKindTlv).FirstOrDefault(), input.AsSpan(dump.HeaderSize, (int)dump.PayloadSize));
        return $"{dump.BoardType.Length} {payload.Problem} {payload.Heap is not null}";
    }

    /// <summary>The same content, with hash and signature that fit it.</summary>
    private static byte[] Sign(byte[] input)
    {
        ImageHeader? header = ImageHeader.Decode(input, input.Length);
        if (header is null)
        {
            return input;
        }

        byte[] content = input[..header.SignedSize];
        byte[] digest = Sha256.Hash(content);
        TlvArea area = new(ImageFormat.InfoMagic);
        area.Add(ImageFormat.Sha256Tlv, digest);
        area.Add(ImageFormat.KeyHashTlv, TestKeys.Ota.PublicKey.KeyHash());
        area.Add(ImageFormat.EcdsaSignatureTlv, EcdsaSignatureDer.Encode(Ecdsa.Sign(TestKeys.Ota, digest)));
        return [.. content, .. area.ToArray()];
    }

    /// <summary>The same image, its payload one assembly with right checksums.</summary>
    private static byte[] SumAssembly(byte[] input)
    {
        ImageHeader? header = ImageHeader.Decode(input, input.Length);
        if (header is null || header.PayloadSize < NanoFile.HeaderSize)
        {
            return input;
        }

        byte[] assembly = NanoFile.Sum(input[header.HeaderSize..(header.HeaderSize + header.PayloadSize)]);
        BinaryPrimitives.WriteInt32LittleEndian(assembly.AsSpan(100), assembly.Length);
        return [.. input[..header.HeaderSize], .. NanoFile.Sum(assembly), .. input[(header.HeaderSize + header.PayloadSize)..]];
    }

    private static bool IsSigned(byte[] image)
    {
        ImageDump dump = ImageDump.Read(image)!;
        byte[] content = image[..(int)(dump.HeaderSize + dump.PayloadSize + dump.ProtectedSize)];
        byte[] signature = dump.Tlvs.Single(tlv => !tlv.Protected && tlv.Type == ImageFormat.EcdsaSignatureTlv).Value;
        return _theirs.Any(key => key.VerifyData(content, signature, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
    }

    private static ECDsa Theirs(P256PrivateKey key)
    {
        ECDsa theirs = ECDsa.Create();
        theirs.ImportSubjectPublicKeyInfo(key.PublicKey.EncodeSubjectPublicKeyInfo(), out _);
        return theirs;
    }
}

using System.Buffers.Binary;
using System.Text.Json;
using DeviceFirmware.Crypto;
using DeviceFirmware.HostTests.Crypto;
using DeviceFirmware.Image;
using DeviceFirmware.Memory;

namespace DeviceFirmware.HostTests.Image;

/// <summary>Images made by stock imgtool, good and bad, with the verdict each must get.</summary>
[TestClass]
public class McuBootVectorTests
{
    /// <summary>What the vectors call it, and what we do.</summary>
    private static readonly Dictionary<string, ImageVerdict> _reasons = new()
    {
        ["signed by no embedded key"] = ImageVerdict.UnknownKey,
        ["no protected security counter"] = ImageVerdict.NoSecurityCounter,
        ["no board type"] = ImageVerdict.NoBoardType,
        ["another board type"] = ImageVerdict.OtherBoardType,
        ["not an ECDSA P-256 signature"] = ImageVerdict.OtherSignatureType,
        ["no signature"] = ImageVerdict.NoSignature,
        ["unknown protected TLV 0x00b7"] = ImageVerdict.UnknownTlv,
        ["bytes after the TLV area"] = ImageVerdict.TrailingBytes,
        ["shorter than its TLV area says"] = ImageVerdict.Truncated,
    };

    [TestMethod]
    public void EveryImageGetsItsVerdict()
    {
        string? list = SharedVectors.Find(Path.Combine("mcuboot", "expected.json"));
        if (list is null)
        {
            Assert.Inconclusive("shared/vectors/mcuboot is not on this machine");
        }

        string folder = Path.GetDirectoryName(list)!;
        using JsonDocument document = JsonDocument.Parse(File.ReadAllText(list));
        HashSet<string> judged = [];
        foreach (JsonElement expected in document.RootElement.GetProperty("cases").EnumerateArray())
        {
            string file = expected.GetProperty("file").GetString()!;
            P256PublicKey[] trusted = [.. expected.GetProperty("trusted").EnumerateArray().Select(key => ReadKey(Path.Combine(folder, key.GetString() + ".public.pem")))];
            byte[] image = File.ReadAllBytes(Path.Combine(folder, file));
            ImageCheck check = Judge(image, trusted, RandomPayloadKind);
            if (expected.GetProperty("verdict").GetString() == "accept")
            {
                Assert.AreEqual(ImageVerdict.Accepted, check.Verdict, file + ": " + check.Reason);
                Assert.AreEqual(expected.GetProperty("version").GetString(), check.Image.Version.ToString(), file);
                Assert.AreEqual(expected.GetProperty("counter").GetUInt32(), check.Image.SecurityCounter, file);
                Assert.AreEqual(expected.GetProperty("headerSize").GetInt32(), ImageHeader.Decode(image, image.Length).HeaderSize, file);
            }
            else
            {
                Assert.AreEqual(_reasons[expected.GetProperty("because").GetString()!], check.Verdict, file + ": " + check.Reason);
                Assert.IsNull(check.Image, file);
            }

            judged.Add(file);
        }

        string[] there = [.. Directory.GetFiles(folder, "*.bin").Select(path => Path.GetFileName(path)!)];
        CollectionAssert.AreEquivalent(there, judged.ToArray(), "images with a verdict");
        Assert.IsGreaterThanOrEqualTo(14, there.Length);
    }

    [TestMethod]
    public void NoByteOfAnImgtoolImageCanBeChanged()
    {
        string? file = SharedVectors.Find(Path.Combine("mcuboot", "good-h32.bin"));
        if (file is null)
        {
            Assert.Inconclusive("shared/vectors/mcuboot is not on this machine");
        }

        P256PublicKey[] trusted = [ReadKey(Path.Combine(Path.GetDirectoryName(file)!, "key1.public.pem"))];
        byte[] image = File.ReadAllBytes(file);
        for (int i = 0; i < image.Length; i++)
        {
            image[i] ^= 0x40;
            Assert.AreNotEqual(ImageVerdict.Accepted, Judge(image, trusted, RandomPayloadKind).Verdict, "byte " + i);
            image[i] ^= 0x40;
        }
    }

    /// <summary>The same layout with each TLV moved, doubled or left out: the digest covers the protected ones, the rules the others.</summary>
    [TestMethod]
    public void NoTlvOfAnImgtoolImageCanBeMovedDoubledOrLeftOut()
    {
        string? file = SharedVectors.Find(Path.Combine("mcuboot", "good-h32.bin"));
        if (file is null)
        {
            Assert.Inconclusive("shared/vectors/mcuboot is not on this machine");
        }

        P256PublicKey[] trusted = [ReadKey(Path.Combine(Path.GetDirectoryName(file)!, "key1.public.pem"))];
        byte[] image = File.ReadAllBytes(file);
        int signed = ImageHeader.Decode(image, image.Length).SignedSize;
        List<byte[]> tlvs = [];
        for (int position = signed + 4; position < image.Length;)
        {
            int size = 4 + BinaryPrimitives.ReadUInt16LittleEndian(image.AsSpan(position + 2));
            tlvs.Add(image[position..(position + size)]);
            position += size;
        }

        Assert.HasCount(3, tlvs);
        foreach (int[] order in (int[][])[[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]])
        {
            Assert.AreEqual(ImageVerdict.Accepted, Judge(With(order), trusted, RandomPayloadKind).Verdict, "order is free where the hash does not reach");
        }

        Assert.AreEqual(ImageVerdict.NoHash, Judge(With([1, 2]), trusted, RandomPayloadKind).Verdict);
        Assert.AreEqual(ImageVerdict.NoSignature, Judge(With([0, 2]), trusted, RandomPayloadKind).Verdict);
        Assert.AreEqual(ImageVerdict.NoSignature, Judge(With([0, 1]), trusted, RandomPayloadKind).Verdict);
        for (int twice = 0; twice < 3; twice++)
        {
            Assert.AreEqual(ImageVerdict.DuplicateTlv, Judge(With([0, 1, 2, twice]), trusted, RandomPayloadKind).Verdict);
        }

        byte[] With(int[] order)
        {
            byte[] body = [.. order.SelectMany(i => tlvs[i])];
            byte[] head = [0x07, 0x69, 0, 0];
            BinaryPrimitives.WriteUInt16LittleEndian(head.AsSpan(2), (ushort)(4 + body.Length));
            return [.. image[..signed], .. head, .. body];
        }
    }

    private const byte RandomPayloadKind = 2;

    private static ImageCheck Judge(byte[] image, P256PublicKey[] trusted, byte kind)
    {
        MemoryFiles files = new();
        files.Put("image", image);
        return VerifiedImage.Check(files, "image", new ImageRules(trusted, "virtual-board", kind, 0, new ImageVersion(0, 1, 0, 0), "1.17", 0x40000));
    }

    private static P256PublicKey ReadKey(string path)
    {
        using System.Security.Cryptography.ECDsa key = System.Security.Cryptography.ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(path));
        byte[] info = key.ExportSubjectPublicKeyInfo();
        return P256PublicKey.DecodeSubjectPublicKeyInfo(info, 0, info.Length);
    }
}

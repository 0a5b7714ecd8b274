using System.Buffers.Binary;
using DeviceFirmware.Image;
using DeviceFirmware.Memory;
using DeviceFirmware.Tests.Support;

namespace DeviceFirmware.PowerCut;

/// <summary>A small signed image, and everything that somebody without the key can make of it by changing it in one place.</summary>
[TestClass]
public sealed class ImageMutationTests
{
    private const int HeadSize = 4;

    private static readonly byte[] _image = new ImageBuilder().Build();
    private static readonly int _protectedArea = 32 + BinaryPrimitives.ReadInt32LittleEndian(_image.AsSpan(12));
    private static readonly int _unprotectedArea = _protectedArea + BinaryPrimitives.ReadUInt16LittleEndian(_image.AsSpan(10));

    /// <summary>The test's output.</summary>
    public required TestContext TestContext { get; set; }

    /// <summary>Every byte becomes each of the 255 others; in the two numbers of the signature, where each costs a verification, it loses each of its bits.</summary>
    [TestMethod]
    public void EveryByte()
    {
        (int start, int length) signature = Entries(_unprotectedArea).Last();
        int tried = 0;
        Parallel.For(0, _image.Length, position =>
        {
            bool isNumber = position >= signature.start + HeadSize + 4 && position < signature.start + signature.length;
            IEnumerable<int> changes = isNumber ? Enumerable.Range(0, 8).Select(bit => 1 << bit) : Enumerable.Range(1, 255);
            foreach (int change in changes)
            {
                byte[] mutant = [.. _image];
                mutant[position] ^= (byte)change;
                Refuse(mutant, $"byte {position} ^ {change:x2}");
                Interlocked.Increment(ref tried);
            }
        });
        TestContext.WriteLine($"{tried} mutations of {_image.Length} bytes");
    }

    [TestMethod]
    public void EveryTruncationAndExtension()
    {
        for (int length = 0; length < _image.Length; length++)
        {
            Refuse(_image[..length], $"first {length} bytes");
            Refuse(_image[(_image.Length - length)..], $"last {length} bytes");
        }

        foreach (byte fill in new byte[] { 0x00, 0x01, 0x07, 0x22, 0x69, 0xFF })
        {
            for (int more = 1; more <= 64; more++)
            {
                byte[] extension = new byte[more];
                Array.Fill(extension, fill);
                Refuse([.. _image, .. extension], $"{more} times {fill:x2} behind");
                Refuse([.. extension, .. _image], $"{more} times {fill:x2} before");
            }
        }

        Refuse([.. _image, .. _image], "twice");
        Refuse([.. _image, .. _image[_unprotectedArea..]], "its unprotected area twice");
    }

    /// <summary>Entries change places: under the hash in the protected area, against the one order of the other.</summary>
    [TestMethod]
    public void EveryReordering()
    {
        foreach (int area in new[] { _protectedArea, _unprotectedArea })
        {
            (int Start, int Length)[] entries = [.. Entries(area)];
            Assert.HasCount(3, entries);
            foreach (int[] order in new int[][] { [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0] })
            {
                byte[] shuffled = [.. order.SelectMany(i => _image[entries[i].Start..(entries[i].Start + entries[i].Length)])];
                byte[] mutant = [.. _image[..(area + HeadSize)], .. shuffled, .. _image[(area + HeadSize + shuffled.Length)..]];
                Refuse(mutant, $"entries of the area at {area} in order {string.Join(',', order)}");
            }
        }

        // Between the areas.
        (int Start, int Length)[] from = [.. Entries(_protectedArea)];
        (int Start, int Length)[] to = [.. Entries(_unprotectedArea)];
        foreach ((int start, int length) in from)
        {
            byte[] entry = _image[start..(start + length)];
            Refuse(WithLength([.. _image, .. entry], _unprotectedArea + 2, _image.Length - _unprotectedArea + length), "a protected entry in both areas");
        }

        foreach ((int start, int length) in to)
        {
            byte[] without = [.. _image[..start], .. _image[(start + length)..]];
            Refuse(WithLength(without, _unprotectedArea + 2, without.Length - _unprotectedArea), "without one entry");
        }
    }

    /// <summary>Every field that says a length says another.</summary>
    [TestMethod]
    public void EveryLengthLie()
    {
        int[] short16 = [8, 10, _protectedArea + 2, _unprotectedArea + 2, .. Entries(_protectedArea).Concat(Entries(_unprotectedArea)).Select(entry => entry.Start + 2)];
        IEnumerable<int> lies = Enumerable.Range(0, 2048).Concat(Enumerable.Range(4000, 200)).Concat(Enumerable.Range(0x7FF0, 32)).Concat(Enumerable.Range(0xFFC0, 64));
        foreach (int field in short16)
        {
            int truth = BinaryPrimitives.ReadUInt16LittleEndian(_image.AsSpan(field));
            foreach (int lie in lies.Where(lie => lie != truth))
            {
                Refuse(WithLength(_image, field, lie), $"field {field} says {lie}");
            }
        }

        int payload = BinaryPrimitives.ReadInt32LittleEndian(_image.AsSpan(12));
        long[] large = [.. Enumerable.Range(11, 21).SelectMany(bit => new[] { (1L << bit) - 1, 1L << bit, (1L << bit) + 1 }), 0xFFFFFFFF, 0xFFFFFFFE];
        foreach (long lie in Enumerable.Range(0, 2048).Select(lie => (long)lie).Concat(large).Where(lie => lie != payload && lie <= 0xFFFFFFFF))
        {
            byte[] mutant = [.. _image];
            BinaryPrimitives.WriteUInt32LittleEndian(mutant.AsSpan(12), (uint)lie);
            Refuse(mutant, $"payload of {lie}");
        }
    }

    /// <summary>The one change that is none: the other signature of the same digest. It is the same image, and refused where that is refused.</summary>
    [TestMethod]
    public void TheOtherSignatureIsTheSameImage()
    {
        byte[] twin = new ImageBuilder { IsOtherSignature = true }.Build();
        ImageCheck first = Judge(_image, false);
        ImageCheck second = Judge(twin, false);
        CollectionAssert.AreNotEqual(_image, twin);
        Assert.AreEqual(ImageVerdict.Accepted, second.Verdict);
        CollectionAssert.AreEqual(first.Image.Digest, second.Image.Digest);
    }

    private static byte[] WithLength(byte[] image, int field, int length)
    {
        byte[] mutant = [.. image];
        BinaryPrimitives.WriteUInt16LittleEndian(mutant.AsSpan(field), (ushort)length);
        return mutant;
    }

    private static IEnumerable<(int Start, int Length)> Entries(int area)
    {
        int end = area + BinaryPrimitives.ReadUInt16LittleEndian(_image.AsSpan(area + 2));
        for (int start = area + HeadSize; start < end;)
        {
            int length = HeadSize + BinaryPrimitives.ReadUInt16LittleEndian(_image.AsSpan(start + 2));
            yield return (start, length);
            start += length;
        }
    }

    private static void Refuse(byte[] mutant, string what)
    {
        Assert.AreNotEqual(ImageVerdict.Accepted, Judge(mutant, false).Verdict, what);
        Assert.AreNotEqual(ImageVerdict.Accepted, Judge(mutant, true).Verdict, what);
    }

    private static ImageCheck Judge(byte[] image, bool toRun)
    {
        MemoryFiles files = new();
        files.Put("image", image);
        return toRun ? VerifiedImage.Load(files, "image", TestRules.Standard()) : VerifiedImage.Check(files, "image", TestRules.Standard());
    }
}

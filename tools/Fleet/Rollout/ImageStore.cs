using System.Security.Cryptography;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>The images that can be offered: one file each, named by its SHA-256, and a row of what it says it is.</summary>
public sealed class ImageStore
{
    /// <summary>Largest image, bytes.</summary>
    public const int MaximumLength = 1024 * 1024;

    private readonly string _directory;
    private readonly DeviceRegistry _registry;

    /// <summary>The store below a data directory.</summary>
    public ImageStore(string dataDirectory, DeviceRegistry registry)
    {
        _directory = Path.Combine(dataDirectory, "images");
        _registry = registry;
        Directory.CreateDirectory(_directory);
    }

    /// <summary>Stores an image; one that is there already is the same.</summary>
    public Outcome<StoredImage> Add(byte[] content)
    {
        if (content.Length > MaximumLength)
        {
            return new Refusal("image-too-large", $"an image has at most {MaximumLength} bytes", 413);
        }

        if (ImageLabel.Read(content) is not { } label)
        {
            return new Refusal("not-an-image", "the file does not begin with an MCUboot header", 422);
        }

        string sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        StoredImage image = new() { Sha256 = sha256, Version = label.Version, BoardType = label.BoardType, Length = content.Length };
        if (_registry.FindImage(sha256) is null || !File.Exists(PathOf(sha256)))
        {
            WholeFile.Write(PathOf(sha256), content, overwrite: true);
            _registry.AddImage(image);
        }

        return image;
    }

    /// <summary>A part of a stored image; null when it does not lie inside.</summary>
    public byte[]? ReadPart(string sha256, long offset, int count)
    {
        using FileStream file = new(PathOf(sha256), FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        if (offset < 0 || count < 1 || offset > file.Length - count)
        {
            return null;
        }

        byte[] part = new byte[count];
        file.Position = offset;
        file.ReadExactly(part);
        return part;
    }

    private string PathOf(string sha256)
    {
        // The hash comes from the registry, but it names a file: checked here, where it does.
        return ManufacturingRecord.IsSha256(sha256)
            ? Path.Combine(_directory, sha256 + ".img")
            : throw new ArgumentException("not a SHA-256", nameof(sha256));
    }
}

using DeviceFirmware.Ports;

namespace DeviceFirmware.Signer;

/// <summary>The board's storage port with one image in it, for the board's own verifier. Nothing can be written.</summary>
public sealed class OneImage(byte[] image) : IFiles
{
    /// <summary>The name under which the image is found.</summary>
    public const string Name = "image";

    /// <inheritdoc/>
    public int Length(string name) => name == Name ? image.Length : -1;

    /// <inheritdoc/>
    public int Read(string name, int position, byte[] buffer, int index, int count)
    {
        int available = name == Name && position < image.Length ? Math.Min(count, image.Length - position) : 0;
        Array.Copy(image, position, buffer, index, available);
        return available;
    }

    /// <inheritdoc/>
    public void Create(string name, byte[] data, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void WriteAt(string name, int position, byte[] data, int index, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Delete(string name) => throw new NotSupportedException();
}

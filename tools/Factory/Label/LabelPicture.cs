using System.Security.Cryptography;
using QRCoder;

namespace DeviceFirmware.Factory;

/// <summary>
/// A label as black squares on white: the QR code with its quiet zone, below it id, claim secret and setup password. One picture for both files,
/// so that they cannot differ.
/// </summary>
public sealed class LabelPicture : IDisposable
{
    /// <summary>Width on paper, millimetres.</summary>
    public const double WidthMillimetres = 25;

    // A module is so many dots: with about 190 of them across, a module is 0.5 mm, four dots of a 203 dpi printer.
    private const int Module = 4;
    private const int Margin = 6;
    private const int LineHeight = 11;

    private readonly bool[][] _rows;

    private LabelPicture(int width, int height)
    {
        Width = width;
        Height = height;
        _rows = [.. Enumerable.Range(0, height).Select(_ => new bool[width])];
    }

    /// <summary>Dots across.</summary>
    public int Width { get; }

    /// <summary>Dots down.</summary>
    public int Height { get; }

    /// <summary>Height on paper, millimetres.</summary>
    public double HeightMillimetres => WidthMillimetres * Height / Width;

    /// <summary>True for a black dot.</summary>
    public bool IsBlack(int x, int y) => _rows[y][x];

    /// <summary>Draws a label.</summary>
    public static LabelPicture Of(LabelSecret secret)
    {
        byte[] text = LabelText.Code(secret);
        (string Name, byte[] Text)[] lines = LabelText.Lines(secret);
        using QRCodeData code = QRCodeGenerator.GenerateQrCode(text, QRCodeGenerator.ECCLevel.M);
        int size = code.ModuleMatrix.Count * Module;
        int longest = lines.Max(line => line.Text.Length);
        LabelPicture picture = new(Math.Max(size + Margin, (2 * Margin) + (longest * PixelFont.Advance)), size + (lines.Length * (LineHeight + PixelFont.Height)) + Margin);
        picture.Draw(code);
        int top = size;
        foreach ((string name, byte[] line) in lines)
        {
            picture.Write(Margin, top, System.Text.Encoding.ASCII.GetBytes(name));
            picture.Write(Margin, top + PixelFont.Height + 1, line);
            top += LineHeight + PixelFont.Height;
            CryptographicOperations.ZeroMemory(line);
        }

        CryptographicOperations.ZeroMemory(text);
        return picture;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (bool[] row in _rows)
        {
            Array.Clear(row);
        }
    }

    private void Draw(QRCodeData code)
    {
        int left = (Width - (code.ModuleMatrix.Count * Module)) / 2;
        for (int y = 0; y < code.ModuleMatrix.Count * Module; y++)
        {
            for (int x = 0; x < code.ModuleMatrix.Count * Module; x++)
            {
                _rows[y][left + x] = code.ModuleMatrix[y / Module][x / Module];
            }
        }
    }

    private void Write(int left, int top, ReadOnlySpan<byte> text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            for (int y = 0; y < PixelFont.Height; y++)
            {
                for (int x = 0; x < PixelFont.Width; x++)
                {
                    _rows[top + y][left + (i * PixelFont.Advance) + x] |= PixelFont.IsBlack(text[i], x, y);
                }
            }
        }
    }
}

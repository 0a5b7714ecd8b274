using System.Text;

namespace DeviceFirmware.Factory;

/// <summary>
/// What stands on a label, in letters and in the QR code: <c>DF1:ID:SECRET:SETUP</c>. Bytes,
/// cleared by whoever made them.
/// </summary>
public static class LabelText
{
    private const int Group = 5;

    /// <summary>The code's text, ASCII.</summary>
    public static byte[] Code(LabelSecret secret) =>
        [.. "DF1:"u8, .. Encoding.ASCII.GetBytes(secret.DeviceId), (byte)':', .. secret.ClaimSecret, (byte)':', .. secret.SetupPassword];

    /// <summary>The lines below the code: name of each, and its letters.</summary>
    public static (string Name, byte[] Text)[] Lines(LabelSecret secret) =>
        [("ID", Encoding.ASCII.GetBytes(secret.DeviceId.ToUpperInvariant())), ("CLAIM", Grouped(secret.ClaimSecret, Group)), ("SETUP", Grouped(secret.SetupPassword, 4))];

    /// <summary>Groups with dashes between: people read and type them.</summary>
    public static byte[] Grouped(ReadOnlySpan<byte> text, int size)
    {
        List<byte> grouped = [];
        for (int i = 0; i < text.Length; i++)
        {
            if (i > 0 && i % size == 0)
            {
                grouped.Add((byte)'-');
            }

            grouped.Add(text[i]);
        }

        return [.. grouped];
    }
}

using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using DeviceFirmware.Provisioning;

namespace DeviceFirmware.Fleet;

/// <summary>The secret on a device's label, as somebody has typed or scanned it.</summary>
public static class ClaimSecret
{
    // As costly as a real one, and nothing fits it: a device that is not there takes as long as one that is.
    private const string Nobody = "pbkdf2-sha256$600000$00000000000000000000000000000000$0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>
    /// The 20 characters of the label's alphabet as ASCII; null when the text has others. Reads what people type: lower case, hyphens and
    /// spaces, O for 0, I and L for 1 (Crockford's base32). The caller zeroes it.
    /// </summary>
    public static byte[]? Read(ReadOnlySpan<byte> text)
    {
        byte[] secret = new byte[BoardSecrets.ClaimLength];
        int count = 0;
        foreach (byte typed in text)
        {
            if (typed is (byte)'-' or (byte)' ' or (byte)'\r' or (byte)'\n')
            {
                continue;
            }

            if (count == secret.Length)
            {
                count++;
                break;
            }

            byte letter = typed is >= (byte)'a' and <= (byte)'z' ? (byte)(typed - 32) : typed;
            secret[count++] = letter switch { (byte)'O' => (byte)'0', (byte)'I' or (byte)'L' => (byte)'1', byte other => other };
        }

        if (count == secret.Length && BoardSecrets.AreLetters(secret, BoardSecrets.ClaimLength))
        {
            return secret;
        }

        CryptographicOperations.ZeroMemory(secret);
        return null;
    }

    /// <summary>The claim secret's part of a label's code, <c>DF1:ID:SECRET:SETUP</c>, or the whole text when it is no such code.</summary>
    public static ReadOnlySpan<byte> OfLabel(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("DF1:"u8))
        {
            return text;
        }

        ReadOnlySpan<byte> rest = text[4..];
        rest = rest[(rest.IndexOf((byte)':') + 1)..];
        int end = rest.IndexOf((byte)':');
        return end < 0 ? rest : rest[..end];
    }

    /// <summary>
    /// True when the secret is the one whose slow hash the manufacturing record has. Takes the same time for a device without one; compared in
    /// constant time.
    /// </summary>
    public static bool Fits(byte[]? secret, string verifier)
    {
        bool canFit = secret is not null && verifier.Length > 0;
        string[] parts = (verifier.Length > 0 ? verifier : Nobody).Split('$');
        byte[] hash = Rfc2898DeriveBytes.Pbkdf2(
            secret ?? Encoding.ASCII.GetBytes("nothing"), Convert.FromHexString(parts[2]), int.Parse(parts[1], CultureInfo.InvariantCulture), HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        return CryptographicOperations.FixedTimeEquals(hash, Convert.FromHexString(parts[3])) && canFit;
    }
}

using System.CommandLine;
using System.Security.Cryptography;
using DeviceFirmware.Image;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary><c>signer sign</c>: signs what another machine packed, or signs anew.</summary>
public static class SignCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Argument<string> file = new("FILE") { Description = "the image, unsigned or signed; its signature is replaced, its content is not" };
        Option<string?> digest = new("--digest") { Description = "sign only the content with this digest, 64 hex digits, as inspect shows it on the machine that built it" };
        ReleaseDesk desk = new(keyRequired: true);
        Command command = new("sign", "signs an image that pack left unsigned, or one that another key signed") { file, digest };
        desk.AddTo(command);
        command.SetAction(parsed =>
        {
            desk.CheckOutput(parsed);
            byte[] content = ContentOf(WholeFile.Read(parsed.GetRequiredValue(file), ImageFormat.MaximumImageSize), parsed.GetRequiredValue(file));
            string found = Convert.ToHexStringLower(SHA256.HashData(content));
            if (parsed.GetValue(digest) is string wanted && !string.Equals(wanted, found, StringComparison.OrdinalIgnoreCase))
            {
                throw ToolFailure.Refused("other-digest", $"the content's digest is {found}");
            }

            return desk.Release(parsed, content);
        });
        return command;
    }

    /// <summary>Header, payload and protected TLVs of an image that is whole by its own hash.</summary>
    private static byte[] ContentOf(byte[] image, string file)
    {
        ImageHeader header = ImageHeader.Decode(image, image.Length) ?? throw ToolFailure.Refused("not-an-image", $"{file} has no header that a board takes, or is cut off");
        ImageDump dump = ImageDump.Read(image)!;
        if (dump.Problem is not null || dump.TrailingBytes > 0)
        {
            throw ToolFailure.Refused("malformed-tlv", $"{file}: {dump.Problem ?? "bytes after the end"}");
        }

        byte[] content = image[..header.SignedSize];
        bool whole = dump.Tlvs.Any(tlv => !tlv.Protected && tlv.Type == ImageFormat.Sha256Tlv && tlv.Value.AsSpan().SequenceEqual(SHA256.HashData(content)));
        return whole ? content : throw ToolFailure.Refused("wrong-hash", $"{file} does not hold the SHA-256 of its own content");
    }
}

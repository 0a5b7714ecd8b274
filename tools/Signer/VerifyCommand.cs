using System.CommandLine;
using System.Text;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary><c>signer verify</c>: puts an image before the board's own door, compiled from the same source.</summary>
public static class VerifyCommand
{
    private const int MaximumKeyFileLength = 4096;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string[]> keys = new("--key") { Required = true, AllowMultipleArgumentsPerToken = false, Description = "public OTA key, PEM; once for each key the board has" };
        Option<string> board = new("--board-type") { Required = true, Description = "type of the board" };
        Option<uint> counter = new("--minimum-counter") { DefaultValueFactory = _ => 0u, Description = "security counter the board has stored" };
        Option<int?> kind = new("--payload-kind") { Description = "payload kind the board runs; by default the image's own" };
        Argument<string> file = new("FILE") { Description = "the image" };
        Command command = new("verify", "says whether a board of that type with those keys would run the image") { keys, board, counter, kind, file };
        command.SetAction(parsed => Run(
            parsed.GetRequiredValue(keys),
            parsed.GetRequiredValue(board),
            parsed.GetRequiredValue(counter),
            parsed.GetValue(kind),
            parsed.GetRequiredValue(file)));
        return command;
    }

    private static int Run(string[] keyFiles, string boardType, uint minimumCounter, int? payloadKind, string file)
    {
        byte[] image = WholeFile.Read(file, ImageFormat.MaximumImageSize);

        // What is not asked is taken from the image: its own payload kind and core library line agree with it.
        ImageDump? dump = ImageDump.Read(image);
        byte kind = (byte)(payloadKind ?? ValueIn(dump, ImageFormat.PayloadKindTlv).FirstOrDefault());
        string coreLibrary = Encoding.Latin1.GetString(ValueIn(dump, ImageFormat.CoreLibraryTlv));
        ImageVersion newestLoader = new(byte.MaxValue, byte.MaxValue, ushort.MaxValue, uint.MaxValue);
        ImageRules rules = new([.. keyFiles.Select(ReadKey)], boardType, kind, minimumCounter, newestLoader, coreLibrary, ImageFormat.MaximumImageSize);

        ImageCheck check = VerifiedImage.Load(new OneImage(image), OneImage.Name, rules);
        if (check.Verdict != ImageVerdict.Accepted)
        {
            throw ToolFailure.Refused(check.Token, check.Reason);
        }

        Console.WriteLine($"accepted: version {check.Image.Version}, counter {check.Image.SecurityCounter}, digest {Hex.Encode(check.Image.Digest)}");
        return 0;
    }

    private static byte[] ValueIn(ImageDump? dump, ushort type) => dump?.Tlvs.FirstOrDefault(tlv => tlv.Protected && tlv.Type == type)?.Value ?? [];

    private static P256PublicKey ReadKey(string path)
    {
        byte[]? spki = Pem.Decode("PUBLIC KEY", WholeFile.Read(path, MaximumKeyFileLength));
        P256PublicKey? key = spki is null ? null : P256PublicKey.DecodeSubjectPublicKeyInfo(spki, 0, spki.Length);
        return key ?? throw ToolFailure.BadInput($"{path} is not a P-256 public key in PEM");
    }
}

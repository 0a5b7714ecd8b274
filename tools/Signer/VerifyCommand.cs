using System.CommandLine;
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
        Option<string[]> keys = new("--key") { AllowMultipleArgumentsPerToken = false, Description = "public OTA key, PEM; once for each key the board has" };
        Option<string?> environment = new("--environment") { Description = "instead of --key: the environment whose current and next OTA keys the board has" };
        Option<string> folder = new("--public") { DefaultValueFactory = _ => "bootloader-keys", Description = "directory of the public keys of environments" };
        Option<string> board = new("--board-type") { Required = true, Description = "type of the board" };
        Option<uint> counter = new("--minimum-counter") { DefaultValueFactory = _ => 0u, Description = "security counter the board has stored" };
        Option<int?> kind = new("--payload-kind") { Description = "payload kind the board runs, 1 or 2; by default the image's own" };
        Option<int?> maximum = new("--max-size") { Description = "largest image that the board takes, in bytes; by default the slot of that board type" };
        Argument<string> file = new("FILE") { Description = "the image" };
        Command command = new("verify", "says whether a board of that type with those keys would run the image") { keys, environment, folder, board, counter, kind, maximum, file };
        command.SetAction(parsed =>
        {
            string[] files = KeyFiles(parsed.GetValue(keys) ?? [], parsed.GetValue(environment), parsed.GetRequiredValue(folder));
            string type = parsed.GetRequiredValue(board);
            BoardDoor door = new(
                [.. files.Select(ReadKey)], type, BoardLimits.MaximumOf(type, parsed.GetValue(maximum)), parsed.GetRequiredValue(counter), KindOf(parsed.GetValue(kind)));
            return Run(door, parsed.GetRequiredValue(file));
        });
        return command;
    }

    private static int Run(BoardDoor door, string file)
    {
        VerifiedImage image = door.Demand(WholeFile.Read(file, ImageFormat.MaximumImageSize));
        Console.WriteLine($"accepted: version {image.Version}, counter {image.SecurityCounter}, digest {Hex.Encode(image.Digest)}");
        return 0;
    }

    private static string[] KeyFiles(string[] keys, string? environment, string folder)
    {
        if ((keys.Length == 0) == (environment is null))
        {
            throw ToolFailure.BadInput("either --key, once for each key, or --environment");
        }

        if (environment is null)
        {
            return keys;
        }

        string path = Ascii.IsName(environment) ? Path.Combine(folder, environment, "ota-signing") : throw ToolFailure.BadInput("--environment is the name of an environment");
        return [Path.Combine(path, "current.pem"), Path.Combine(path, "next.pem")];
    }

    private static byte? KindOf(int? kind) => kind is null or 1 or 2 ? (byte?)kind : throw ToolFailure.BadInput("--payload-kind is 1 or 2");

    private static P256PublicKey ReadKey(string path)
    {
        byte[]? spki = Pem.Decode("PUBLIC KEY", WholeFile.Read(path, MaximumKeyFileLength));
        P256PublicKey? key = spki is null ? null : P256PublicKey.DecodeSubjectPublicKeyInfo(spki, 0, spki.Length);
        return key ?? throw ToolFailure.BadInput($"{path} is not a P-256 public key in PEM");
    }
}

using System.CommandLine;
using DeviceFirmware.Image;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary><c>signer pack</c>: assemblies in, one image out, signed where there is a key.</summary>
public static class PackCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string[]> payload = new("--payload") { Required = true, AllowMultipleArgumentsPerToken = true, Description = "1 to 16 assemblies of the payload, in the order in which they are loaded" };
        Option<int> kind = new("--payload-kind") { Required = true, Description = "1: nanoFramework .pe files, 2: .NET assemblies" };
        Option<string> board = new("--board-type") { Required = true, Description = "the only board type that may run the image" };
        Option<string> version = new("--version") { Required = true, Description = "major.minor.revision[+build]" };
        Option<uint> counter = new("--security-counter") { Required = true, Description = "0 to 4294967295; boards refuse one below what they have confirmed" };
        Option<int> headerSize = new("--header-size") { DefaultValueFactory = _ => ImageHeader.Size, Description = "bytes before the payload, 32 to 4096" };
        Option<string?> loader = new("--minimum-loader") { Description = "oldest loader version that may run the image; none by default" };
        Option<string?> library = new("--core-library") { Description = "line that names the core library the payload was built for; none by default" };
        ReleaseDesk desk = new(keyRequired: false);
        Command command = new("pack", "packs assemblies into an MCUboot image and signs it")
        {
            payload, kind, board, version, counter, headerSize, loader, library,
        };
        desk.AddTo(command);
        command.SetAction(parsed =>
        {
            desk.CheckOutput(parsed);
            ImageDescription description = new(
                ParseVersion(parsed.GetRequiredValue(version)),
                parsed.GetRequiredValue(counter),
                parsed.GetRequiredValue(board),
                ParseKind(parsed.GetRequiredValue(kind)),
                parsed.GetRequiredValue(headerSize),
                parsed.GetValue(loader) is string text ? ParseVersion(text) : null,
                parsed.GetValue(library));
            return desk.Release(parsed, ImageWriter.Content(description, Payload.Pack(description.PayloadKind, parsed.GetRequiredValue(payload))));
        });
        return command;
    }

    private static ImageVersion ParseVersion(string text) => ImageVersion.Parse(text)
        ?? throw ToolFailure.BadInput($"'{text}' is not a version: major.minor.revision[+build], at most 255.255.65535+4294967295, without leading zeros");

    private static PayloadKind ParseKind(int kind) =>
        kind is 1 or 2 ? (PayloadKind)kind : throw ToolFailure.BadInput("--payload-kind is 1 (nanoFramework .pe) or 2 (.NET assemblies)");
}

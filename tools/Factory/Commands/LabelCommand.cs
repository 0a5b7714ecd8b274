using System.CommandLine;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary><c>factory label</c>: the labels that wait, as pictures; and, once they are on their boards, the end of the secrets here.</summary>
public static class LabelCommand
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string> data = StationOptions.DataOption();
        Option<string[]> ids = new("--id") { Description = "this board; may be repeated; all that wait by default" };
        Option<string?> output = new("--out") { Description = "directory for ID.svg and ID.png, readable by their owner alone; shred them after printing" };
        Option<bool> text = new("--text") { Description = "with --out: also ID.txt, the code's text (DF1:ID:CLAIM:SETUP), for printers that draw their own" };
        Option<bool> acknowledge = new("--acknowledge") { Description = "these labels are on their boards: forget their secrets; needs --id, or --all" };
        Option<bool> all = new("--all") { Description = "with --acknowledge: every label that waits" };
        Command command = new("label", "writes the labels that wait (QR code, id, claim secret, setup password), or with --acknowledge forgets their secrets") { data, ids, output, text, acknowledge, all };
        command.SetAction(parsed =>
        {
            bool forget = parsed.GetValue(acknowledge);
            string[] asked = parsed.GetValue(ids) ?? [];
            string? folder = parsed.GetValue(output);
            if (forget ? folder is not null || (asked.Length == 0) != parsed.GetValue(all) : folder is null || parsed.GetValue(all) || (parsed.GetValue(text) && folder is null))
            {
                throw ToolFailure.BadInput("--out DIRECTORY writes labels; --acknowledge with --id ID or --all forgets them");
            }

            using ManufacturingDatabase database = ManufacturingDatabase.Open(parsed.GetRequiredValue(data), create: false);
            ClaimStore claims = new(database);
            IReadOnlyList<string> waiting = claims.Waiting();
            string[] chosen = asked.Length == 0 ? [.. waiting] : asked;
            if (chosen.FirstOrDefault(id => !waiting.Contains(id)) is string missing)
            {
                throw ToolFailure.Refused("no-label", $"no label of '{missing}' waits: it was acknowledged, or the board gave no secret here");
            }

            foreach (string id in chosen)
            {
                Console.WriteLine(forget ? Forget(claims, id) : Write(claims, id, folder!, parsed.GetValue(text)));
            }

            return 0;
        });
        return command;
    }

    private static string Forget(ClaimStore claims, string id) => claims.Acknowledge(id)
        ? $"{id}: labelled; the secret is on the label alone now"
        : throw ToolFailure.Refused("no-label", $"no label of '{id}' waits any more");

    private static string Write(ClaimStore claims, string id, string folder, bool text)
    {
        Directory.CreateDirectory(folder);
        using LabelSecret secret = claims.Find(id) ?? throw ToolFailure.Refused("no-label", $"no label of '{id}' waits any more");
        using LabelPicture picture = LabelPicture.Of(secret);
        WriteSecret(Path.Combine(folder, id + ".png"), LabelFile.Png(picture));
        WriteSecret(Path.Combine(folder, id + ".svg"), LabelFile.Svg(picture));
        if (text)
        {
            WriteSecret(Path.Combine(folder, id + ".txt"), [.. LabelText.Code(secret), (byte)'\n']);
        }

        return $"{Path.Combine(folder, id)}.svg and .png: {LabelPicture.WidthMillimetres:0.#} by {picture.HeightMillimetres:0.#} mm";
    }

    private static void WriteSecret(string path, byte[] content)
    {
        // The mode is given at creation: WholeFile's would be the process's own.
        File.Delete(path);
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using FileStream stream = new(path, options);
        stream.Write(content);
        stream.Flush(flushToDisk: true);
        System.Security.Cryptography.CryptographicOperations.ZeroMemory(content);
    }
}

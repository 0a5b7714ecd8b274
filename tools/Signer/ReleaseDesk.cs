using System.CommandLine;
using System.Security.Cryptography;
using DeviceFirmware.Image;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary>
/// The one place where a signature is made. In this order: rules of the release log, signature, the board's own door, log, image. Whatever
/// ends it early, no image is there that the log does not have.
/// </summary>
public sealed class ReleaseDesk
{
    private const int MaximumReason = 200;

    private readonly Option<string?> _log = new("--log") { Description = "the release log; by default KEYFILE.releases beside a key file. A key in a token needs it" };
    private readonly Option<string?> _override = new("--override") { Description = "reason, 1 to 200 characters, why a version or counter is signed that the log forbids; it is logged" };
    private readonly Option<int?> _maximum = new("--max-size") { Description = "largest image that the board takes, in bytes; by default the slot of that board type" };
    private readonly Option<string> _output = new("--out") { Required = true, Description = "the image file" };
    private readonly Option<bool> _force = new("--force") { Description = "replace the image file if it exists" };
    private readonly KeyOptions _key;

    /// <summary>A desk whose key may be missing where an unsigned image is wanted.</summary>
    public ReleaseDesk(bool keyRequired) => _key = new KeyOptions("--key", keyRequired ? "the OTA signing key" : "the OTA signing key; without one the image is left unsigned, for signer sign", keyRequired);

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        _key.AddTo(command);
        foreach (Option option in (Option[])[_log, _override, _maximum, _output, _force])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>Bad or refused command lines end here, before anything is read or asked for.</summary>
    public void CheckOutput(ParseResult parsed)
    {
        string output = parsed.GetRequiredValue(_output);
        if (!parsed.GetValue(_force) && File.Exists(output))
        {
            throw ToolFailure.Refused("exists", $"{output} exists already");
        }

        if (parsed.GetValue(_override) is string reason && (reason.Length is 0 or > MaximumReason || reason.Any(c => c is < ' ' or > '~')))
        {
            throw ToolFailure.BadInput($"--override is 1 to {MaximumReason} printable ASCII characters");
        }
    }

    /// <summary>Signs the content where there is a key, logs it, and writes the image.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="content">Header, payload and protected TLVs.</param>
    public int Release(ParseResult parsed, byte[] content)
    {
        ImageDump label = ImageDump.Read(content) ?? throw ToolFailure.BadInput("the header is not MCUboot's");
        string boardType = label.BoardType;
        int maximum = BoardLimits.MaximumOf(boardType, parsed.GetValue(_maximum));
        if (content.Length > maximum)
        {
            throw ToolFailure.Refused("too-large", $"{content.Length} bytes without the signature, {boardType} takes {maximum}");
        }

        string? reference = _key.Reference(parsed);
        if (reference is null)
        {
            Write(parsed, ImageWriter.Unsigned(content), label, "unsigned, not logged");
            return 0;
        }

        using HeldKey key = _key.Open(parsed);
        using ReleaseLog log = ReleaseLog.Open(LogOf(parsed, reference), create: true);
        string digest = Convert.ToHexStringLower(SHA256.HashData(content));
        string? reason = parsed.GetValue(_override);
        uint counter = label.SecurityCounter;
        (string Token, string Text)? whyNot = log.WhyNot(boardType, label.Version, counter, digest);
        if (whyNot is not null && reason is null)
        {
            throw ToolFailure.Refused(whyNot.Value.Token, whyNot.Value.Text + "; --override REASON signs all the same");
        }

        byte[] image = ImageWriter.Signed(content, key);
        new BoardDoor([key.PublicKey], boardType, maximum).Demand(image);
        if (log.IsTorn)
        {
            Console.Error.WriteLine("the release log ended in an unfinished line, of which no image came; it is dropped");
        }

        string head = log.Append(label.Version, boardType, counter, digest, Convert.ToHexStringLower(key.KeyHash), whyNot is null ? null : reason, DateTimeOffset.UtcNow);
        Write(parsed, image, label, $"log: entry {log.Entries.Count}, head {head}");
        return 0;
    }

    private string LogOf(ParseResult parsed, string reference) => parsed.GetValue(_log)
        ?? (KeyOptions.IsToken(reference) ? throw ToolFailure.BadInput("a key in a token has no place beside it for the release log; --log names one") : reference + ".releases");

    private void Write(ParseResult parsed, byte[] image, ImageDump label, string note)
    {
        string output = parsed.GetRequiredValue(_output);
        WholeFile.Write(output, image, parsed.GetValue(_force));
        Console.WriteLine($"{output}: version {label.Version}, counter {label.SecurityCounter}, board type {label.BoardType}, {image.Length} bytes");
        Console.WriteLine($"sha256:{Convert.ToHexStringLower(SHA256.HashData(image))}");
        Console.WriteLine(note);
    }
}

using System.CommandLine;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary>The options that every signing command has: record, CA, and who makes what where.</summary>
public sealed class StationOptions
{
    private const int MaximumText = 64;

    private readonly Option<string> _caCertificate = new("--ca-certificate") { Required = true, Description = "the issuing CA's certificate, PEM" };
    private readonly KeyOptions _caKey = new("--ca-key", "the issuing CA's private key");
    private readonly Option<string> _root = new("--root") { Required = true, Description = "the factory root's certificate, PEM" };
    private readonly Option<string> _batch = new("--batch") { Required = true, Description = "batch, 1 to 64 characters" };
    private readonly Option<string> _line = new("--line") { Required = true, Description = "production line, 1 to 64 characters" };
    private readonly Option<string> _station = new("--station") { Required = true, Description = "station, 1 to 64 characters" };
    private readonly Option<string> _operator = new("--operator") { Required = true, Description = "operator, 1 to 64 characters" };

    private readonly Option<string?> _profile = new("--profile")
    {
        Description = $"'{AdmissionRule.Dev}' asks nothing of the board, '{AdmissionRule.Production}' secure boot, flash encryption and no debugger; by default that of the environment",
    };

    private readonly Option<string?> _posture = new("--posture") { Description = "the board's posture as `board doctor --posture` wrote it; recorded" };
    private readonly Option<string?> _exception = new("--exception") { Description = "why a board below the production profile is made all the same, 1 to 64 characters; recorded" };

    /// <summary>The directory of the manufacturing record.</summary>
    public static Option<string> DataOption() => new("--data") { Required = true, Description = "directory of the manufacturing record" };

    /// <summary>The station's own key, which signs what is handed over.</summary>
    public static KeyOptions StationKey() => new("--station-key", "the station's key, which signs heads and manifests", passphrasePrefix: "station-");

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_caCertificate, _root, _batch, _line, _station, _operator, _profile, _posture, _exception])
        {
            command.Options.Add(option);
        }

        _caKey.AddTo(command);
    }

    /// <summary>Loads the CA.</summary>
    public IssuingCa LoadCa(ParseResult parsed) => IssuingCa.Load(
        parsed.GetRequiredValue(_caCertificate), _caKey.Reference(parsed)!, parsed.GetRequiredValue(_root), TimeProvider.System, _caKey.Passphrase(parsed));

    /// <summary>Reads who makes what where.</summary>
    public Production ReadProduction(ParseResult parsed, string firmwareVersion) => new(
        Text(parsed, _batch), Text(parsed, _line), Text(parsed, _station), Text(parsed, _operator), firmwareVersion);

    /// <summary>Reads under which profile boards are admitted.</summary>
    public AdmissionRule ReadAdmission(ParseResult parsed, string environment)
    {
        string profile = parsed.GetValue(_profile) ?? AdmissionRule.ProfileOf(environment);
        if (profile is not (AdmissionRule.Dev or AdmissionRule.Production))
        {
            throw ToolFailure.BadInput($"--profile is {AdmissionRule.Dev} or {AdmissionRule.Production}");
        }

        string? exception = parsed.GetValue(_exception);
        if (exception is not null)
        {
            Checked(exception, _exception.Name);
            if (profile != AdmissionRule.Production)
            {
                throw ToolFailure.BadInput($"--exception belongs to --profile {AdmissionRule.Production}");
            }
        }

        return new AdmissionRule(profile, ReadPosture(parsed.GetValue(_posture)), exception);
    }

    /// <summary>An option's text: 1 to 64 printable ASCII characters, or bad input.</summary>
    public static string Text(ParseResult parsed, Option<string> option) => Checked(parsed.GetRequiredValue(option), option.Name);

    private static BoardPosture? ReadPosture(string? path) =>
        path is null ? null
        : BoardPosture.Decode(WholeFile.Read(path, BoardPosture.MaximumBytes), out string problem)
            ?? throw ToolFailure.BadInput($"{path} is no posture: it {problem}");

    private static string Checked(string text, string name)
    {
        bool fits = text.Length is >= 1 and <= MaximumText && text.All(c => c is >= ' ' and <= '~');
        return fits ? text : throw ToolFailure.BadInput($"{name} is 1 to {MaximumText} printable ASCII characters");
    }
}

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

    /// <summary>The directory of the manufacturing record.</summary>
    public static Option<string> DataOption() => new("--data") { Required = true, Description = "directory of the manufacturing record" };

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_caCertificate, _root, _batch, _line, _station, _operator])
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

    /// <summary>An option's text: 1 to 64 printable ASCII characters, or bad input.</summary>
    public static string Text(ParseResult parsed, Option<string> option)
    {
        string text = parsed.GetRequiredValue(option);
        bool fits = text.Length is >= 1 and <= MaximumText && text.All(c => c is >= ' ' and <= '~');
        return fits ? text : throw ToolFailure.BadInput($"{option.Name} is 1 to {MaximumText} printable ASCII characters");
    }
}

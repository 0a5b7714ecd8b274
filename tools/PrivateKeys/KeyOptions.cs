using System.CommandLine;

namespace DeviceFirmware.Tools;

/// <summary>
/// The options of a command that signs: one reference to a key, a PEM file or a <c>pkcs11:</c> URI, and where the passphrase of an encrypted
/// file comes from. Every tool has these, under one name for the reference.
/// </summary>
public sealed class KeyOptions
{
    private readonly Option<string?> _key;
    private readonly Option<string?> _file;
    private readonly Option<string?> _variable;

    /// <summary>Options with that name for the reference; the prefix tells the passphrase's options of two keys of one command apart.</summary>
    public KeyOptions(string name, string description, bool required = true, string passphrasePrefix = "")
    {
        _key = new(name)
        {
            Required = required,
            Description = description + ": a PEM file (PKCS#8, plain or encrypted; SEC 1), or pkcs11:token=LABEL;object=LABEL?module-path=PATH&pin-source=file:PATH (RFC 7512; pin-source also env:NAME, otherwise asked for)",
        };
        _file = new($"--{passphrasePrefix}passphrase-file") { Description = "first line of this file is the passphrase of an encrypted PEM; without this and the next it is asked for" };
        _variable = new($"--{passphrasePrefix}passphrase-env") { Description = "name of the environment variable that holds the passphrase" };
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in (Option[])[_key, _file, _variable])
        {
            command.Options.Add(option);
        }
    }

    /// <summary>The reference, or null when it was not given.</summary>
    public string? Reference(ParseResult parsed) => parsed.GetValue(_key);

    /// <summary>Where the passphrase comes from.</summary>
    public PassphraseSource Passphrase(ParseResult parsed)
    {
        PassphraseSource source = new(parsed.GetValue(_file), parsed.GetValue(_variable));
        return source.File is null || source.Variable is null ? source : throw ToolFailure.BadInput($"{_file.Name} or {_variable.Name}, not both");
    }

    /// <summary>Opens the key; anything but a P-256 private key ends the tool with bad input.</summary>
    public HeldKey Open(ParseResult parsed) => Open(Reference(parsed) ?? throw ToolFailure.BadInput($"{_key.Name} is needed"), Passphrase(parsed));

    /// <summary>Opens the key of a reference.</summary>
    public static HeldKey Open(string reference, PassphraseSource passphrase) =>
        IsToken(reference) ? TokenKey.Open(Pkcs11Uri.Parse(reference)) : FileKey.Read(reference, passphrase);

    /// <summary>True for a key in a token, false for a file.</summary>
    public static bool IsToken(string reference) => reference.StartsWith(Pkcs11Uri.Scheme, StringComparison.Ordinal);
}

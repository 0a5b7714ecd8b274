using System.Text;

namespace DeviceFirmware.Tools;

/// <summary>
/// Where a key lies in a PKCS#11 token, as RFC 7512 writes it: <c>pkcs11:token=T;object=O;id=%01?module-path=P&amp;pin-source=S</c>.
/// Taken are these attributes and <c>type=private</c>; an unknown one is refused, since ignoring it could find another key, and
/// <c>pin-value</c> is, since every process reads a command line.
/// </summary>
public sealed record Pkcs11Uri
{
    /// <summary>What every such reference begins with.</summary>
    public const string Scheme = "pkcs11:";

    private const string VariablePrefix = "env:";
    private const string FilePrefix = "file:";

    private Pkcs11Uri()
    {
    }

    /// <summary>Label of the token.</summary>
    public string Token { get; private init; } = "";

    /// <summary>Label of the key (CKA_LABEL), or null.</summary>
    public string? Object { get; private init; }

    /// <summary>CKA_ID of the key, or null.</summary>
    public byte[]? Id { get; private init; }

    /// <summary>The PKCS#11 library.</summary>
    public string ModulePath { get; private init; } = "";

    /// <summary>Where the PIN comes from: <c>file:PATH</c>, a path, <c>env:NAME</c>, or the terminal.</summary>
    public PassphraseSource Pin { get; private init; } = PassphraseSource.Prompt;

    /// <summary>Reads a reference, or ends the tool with bad input.</summary>
    public static Pkcs11Uri Parse(string text)
    {
        string rest = text[Scheme.Length..];
        int query = rest.IndexOf('?', StringComparison.Ordinal);
        Dictionary<string, byte[]> path = Attributes(query < 0 ? rest : rest[..query], ';', ["token", "object", "id", "type"]);
        Dictionary<string, byte[]> options = Attributes(query < 0 ? "" : rest[(query + 1)..], '&', ["module-path", "pin-source"]);
        bool isPrivate = !path.TryGetValue("type", out byte[]? type) || Text(type) == "private";
        bool named = path.ContainsKey("object") || path.ContainsKey("id");
        if (!isPrivate || !named || !path.ContainsKey("token") || !options.ContainsKey("module-path"))
        {
            throw ToolFailure.BadInput("a key in a token is pkcs11:token=LABEL;object=LABEL?module-path=PATH, with id=%XX beside or instead of object, and pin-source=file:PATH or env:NAME");
        }

        return new Pkcs11Uri
        {
            Token = Text(path["token"]),
            Object = path.TryGetValue("object", out byte[]? label) ? Text(label) : null,
            Id = path.GetValueOrDefault("id"),
            ModulePath = Text(options["module-path"]),
            Pin = options.TryGetValue("pin-source", out byte[]? source) ? PinSource(Text(source)) : PassphraseSource.Prompt,
        };
    }

    private static PassphraseSource PinSource(string source) =>
        source.StartsWith(VariablePrefix, StringComparison.Ordinal) ? new PassphraseSource(null, source[VariablePrefix.Length..])
        : source.StartsWith('|') ? throw ToolFailure.BadInput("pin-source=|COMMAND is not run")
        : new PassphraseSource(source.StartsWith(FilePrefix, StringComparison.Ordinal) ? source[FilePrefix.Length..] : source, null);

    private static Dictionary<string, byte[]> Attributes(string text, char separator, string[] known)
    {
        Dictionary<string, byte[]> attributes = [];
        foreach (string part in text.Split(separator, StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = part.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? part : part[..equals];
            if (name == "pin-value")
            {
                throw ToolFailure.BadInput("a PIN on the command line can be read by every process; use pin-source");
            }

            if (equals < 0 || !known.Contains(name) || !attributes.TryAdd(name, Decode(part[(equals + 1)..])))
            {
                throw ToolFailure.BadInput($"pkcs11 URI: '{name}' is unknown here, repeated, or without a value");
            }
        }

        return attributes;
    }

    private static byte[] Decode(string text)
    {
        byte[] raw = Encoding.UTF8.GetBytes(text);
        List<byte> bytes = [];
        for (int i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '%')
            {
                bytes.Add(raw[i]);
                continue;
            }

            bool hex = i + 2 < raw.Length && char.IsAsciiHexDigit((char)raw[i + 1]) && char.IsAsciiHexDigit((char)raw[i + 2]);
            bytes.Add(hex ? Convert.FromHexString(raw.AsSpan(i + 1, 2))[0] : throw ToolFailure.BadInput("pkcs11 URI: % without two hex digits"));
            i += 2;
        }

        return [.. bytes];
    }

    private static string Text(byte[] value) => Encoding.UTF8.GetString(value);
}

using System.Security.Cryptography;
using System.Text;

namespace DeviceFirmware.Tools;

/// <summary>
/// Where a passphrase comes from: a file, an environment variable, or a person at the terminal. Never the command line, which every process
/// of the machine can read.
/// </summary>
/// <param name="File">First line of a file, or null.</param>
/// <param name="Variable">Name of an environment variable, or null.</param>
public sealed record PassphraseSource(string? File, string? Variable)
{
    /// <summary>Longest passphrase, in bytes.</summary>
    public const int MaximumLength = 1024;

    /// <summary>Asks a person.</summary>
    public static PassphraseSource Prompt { get; } = new(null, null);

    /// <summary>Gets the passphrase; without one, or when nobody can be asked, the tool ends with bad input.</summary>
    public Passphrase Get(string what) => NotEmpty(
        File is not null ? FromFile(File)
        : Variable is not null ? FromVariable(Variable)
        : FromTerminal(what, repeat: false));

    /// <summary>Gets a passphrase that is to be set: asked for twice at the terminal.</summary>
    public Passphrase GetNew(string what)
    {
        if (File is not null || Variable is not null)
        {
            return Get(what);
        }

        Passphrase first = NotEmpty(FromTerminal(what, repeat: false));
        using Passphrase second = FromTerminal(what, repeat: true);
        return CryptographicOperations.FixedTimeEquals(first.Bytes, second.Bytes) ? first : throw ToolFailure.BadInput("the two are not the same");
    }

    private static Passphrase NotEmpty(Passphrase passphrase) =>
        passphrase.Bytes.Length > 0 ? passphrase : throw ToolFailure.BadInput("the passphrase is empty");

    private static Passphrase FromFile(string path)
    {
        byte[] content = WholeFile.Read(path, MaximumLength);
        int end = Array.IndexOf(content, (byte)'\n');
        int length = end < 0 ? content.Length : end;
        length -= length > 0 && content[length - 1] == '\r' ? 1 : 0;
        byte[] line = content[..length];
        CryptographicOperations.ZeroMemory(content);
        return new Passphrase(line);
    }

    private static Passphrase FromVariable(string name)
    {
        // The platform holds variables as strings; this is the one secret that was one before we saw it.
        string value = Environment.GetEnvironmentVariable(name) ?? throw ToolFailure.BadInput($"the environment variable {name} is not set");
        return new Passphrase(Encoding.UTF8.GetBytes(value));
    }

    private static Passphrase FromTerminal(string what, bool repeat)
    {
        if (Console.IsInputRedirected)
        {
            throw ToolFailure.BadInput($"{what}: nobody to ask at this terminal; name a file or an environment variable");
        }

        Console.Error.Write($"{what}{(repeat ? ", again" : "")}: ");
        char[] typed = new char[MaximumLength];
        int count = 0;
        try
        {
            for (ConsoleKeyInfo key = Console.ReadKey(intercept: true); key.Key != ConsoleKey.Enter; key = Console.ReadKey(intercept: true))
            {
                if (key.Key == ConsoleKey.Backspace)
                {
                    count -= count > 0 ? 1 : 0;
                }
                else if (!char.IsControl(key.KeyChar) && count < typed.Length)
                {
                    typed[count++] = key.KeyChar;
                }
            }

            Console.Error.WriteLine();
            return new Passphrase(Encoding.UTF8.GetBytes(typed, 0, count));
        }
        finally
        {
            Array.Clear(typed);
        }
    }
}

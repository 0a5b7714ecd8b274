using System.Diagnostics.CodeAnalysis;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The text of one pattern or MQTT filter, read into tokens. What it means:
/// <list type="bullet">
/// <item><c>/</c> separates levels; a level may be empty; every other character stands for itself.</item>
/// <item><c>+</c> is a whole level: exactly one level of any content, an empty one included.</item>
/// <item><c>#</c> is the whole last level: the parent and everything below it, as in MQTT; alone it is every topic.</item>
/// <item><c>*</c> (patterns of policies only) is any run of characters, none and <c>/</c> included.</item>
/// </list>
/// <c>+</c> after a <c>*</c> is refused: without it every pattern has a deterministic automaton no larger than about twice its length,
/// so coverage and overlap are decided exactly and in bounded time.
/// </summary>
public sealed class TopicPattern
{
    /// <summary>Most characters of a pattern, topic or filter.</summary>
    public const int MaximumLength = 256;

    /// <summary>Most levels of a topic or a filter, a last <c>#</c> not counted.</summary>
    public const int MaximumLevels = 16;

    private TopicPattern(IReadOnlyList<Token> tokens, bool subtree)
    {
        Tokens = tokens;
        Subtree = subtree;
    }

    /// <summary>What one token takes.</summary>
    public enum TokenKind
    {
        /// <summary>Exactly this character.</summary>
        Literal,

        /// <summary>Any run of characters without <c>/</c>.</summary>
        Level,

        /// <summary>Any run of characters.</summary>
        Any,
    }

    /// <summary>The tokens in order.</summary>
    public IReadOnlyList<Token> Tokens { get; }

    /// <summary>True when nothing, or <c>/</c> and anything, may follow the tokens: a trailing <c>/#</c>.</summary>
    public bool Subtree { get; }

    /// <summary>Reads a pattern of a policy (<c>*</c> allowed) or a filter (<c>*</c> stands for itself).</summary>
    public static bool TryParse(string text, bool isPolicyPattern, [NotNullWhen(true)] out TopicPattern? pattern, [NotNullWhen(false)] out string? problem)
    {
        pattern = null;
        problem = Malformed(text);
        if (problem is not null)
        {
            return false;
        }

        List<Token> tokens = [];
        bool subtree = false;
        bool anySeen = false;
        string[] levels = text.Split('/');
        for (int i = 0; i < levels.Length; i++)
        {
            bool last = i == levels.Length - 1;
            if (levels[i] == "#" && last)
            {
                if (i == 0)
                {
                    tokens.Add(new Token(TokenKind.Any, default));
                }
                else
                {
                    subtree = true;
                }

                break;
            }

            if (i > 0)
            {
                tokens.Add(new Token(TokenKind.Literal, '/'));
            }

            if (levels[i] == "+")
            {
                if (anySeen)
                {
                    problem = "'+' after '*' is not supported";
                    return false;
                }

                tokens.Add(new Token(TokenKind.Level, default));
                continue;
            }

            foreach (char c in levels[i])
            {
                if (c is '+' or '#')
                {
                    problem = c == '#' ? "'#' must be the whole last level" : "'+' must be a whole level";
                    return false;
                }

                bool any = c == '*' && isPolicyPattern;
                anySeen |= any;
                tokens.Add(any ? new Token(TokenKind.Any, default) : new Token(TokenKind.Literal, c));
            }
        }

        pattern = new TopicPattern(tokens, subtree);
        return true;
    }

    /// <summary>Why a text can be neither topic nor filter nor pattern, or null: the fleet's names are 1 to 256 printable ASCII characters.</summary>
    public static string? Malformed(string text)
    {
        if (text.Length is 0 or > MaximumLength)
        {
            return $"must have 1 to {MaximumLength} characters";
        }

        foreach (char c in text)
        {
            if (c is < ' ' or > '~')
            {
                return "has a character that is not printable ASCII";
            }
        }

        return null;
    }

    /// <summary>Why a topic name or filter is too deep, or null.</summary>
    public static string? TooDeep(string text)
    {
        int levels = text.AsSpan().Count('/') + (text.EndsWith("/#", StringComparison.Ordinal) ? 0 : 1);
        return levels > MaximumLevels ? $"has more than {MaximumLevels} levels" : null;
    }

    /// <summary>One token: a kind, and the character of a literal.</summary>
    public readonly record struct Token(TokenKind Kind, char Character);
}

using System.Text.RegularExpressions;

namespace DeviceFirmware.Scenario.Documents;

/// <summary>What a box of the tutorial is.</summary>
internal enum BoxKind
{
    /// <summary>Commands for everyone.</summary>
    Commands,

    /// <summary>A program that stays on, in a terminal of its own.</summary>
    Terminal,

    /// <summary>Commands that need a board.</summary>
    Board,

    /// <summary>What the box before prints.</summary>
    Output,
}

/// <summary>One fenced box.</summary>
internal sealed record Box(BoxKind Kind, int Line, string Text);

/// <summary>
/// The fenced boxes of a document, in their order. Behind the fence stands the language, then <c>board</c> (needs one), <c>desk</c> (instead of it,
/// without one), <c>terminal</c> (stays on). A fence of another kind is an error: nothing is left out by accident.
/// </summary>
internal static partial class TutorialDocument
{
    public static IReadOnlyList<Box> Read(string text)
    {
        List<Box> boxes = [];
        foreach (Match match in Fence().Matches(text))
        {
            int line = text.AsSpan(0, match.Index).Count('\n') + 1;
            BoxKind kind = match.Groups["info"].Value switch
            {
                "sh" or "sh desk" => BoxKind.Commands,
                "sh terminal" or "sh desk terminal" => BoxKind.Terminal,
                "sh board" or "powershell board" => BoxKind.Board,
                "text" => BoxKind.Output,
                string other => throw new FormatException($"line {line}: a box of kind '{other}'"),
            };
            boxes.Add(new Box(kind, line, match.Groups["text"].Value));
        }

        return boxes;
    }

    /// <summary>True when the pattern, in which <c>…</c> stands for anything, is the whole line; how many spaces part its words does not count.</summary>
    public static bool Fits(string pattern, string line) =>
        Regex.IsMatch(Words(line), "^" + Regex.Escape(Words(pattern)).Replace("…", ".*", StringComparison.Ordinal) + "$");

    private static string Words(string line) => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [GeneratedRegex(@"^```(?<info>[^\n`]*)\n(?<text>.*?)^```\s*$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}

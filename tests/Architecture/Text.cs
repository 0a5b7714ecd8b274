using System.Text.RegularExpressions;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>Lines of text that should not be there.</summary>
internal static class Text
{
    /// <summary>Each line of these files that the pattern finds, as <c>path:line: what</c>. Binary files are passed over.</summary>
    public static IEnumerable<string> Find(Tree tree, IEnumerable<string> paths, Regex pattern)
    {
        foreach (string path in paths.Where(path => !tree[path].Contains('\0')))
        {
            string[] lines = tree[path].Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                if (pattern.Match(lines[i]) is { Success: true } match)
                {
                    yield return $"{path}:{i + 1}: {match.Value.Trim()}";
                }
            }
        }
    }
}

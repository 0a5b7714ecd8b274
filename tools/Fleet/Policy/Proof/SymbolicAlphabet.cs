namespace DeviceFirmware.Fleet;

/// <summary>
/// One letter for every kind of character that some statement tells from another, or that others' names are spelled with: '$' for the device's
/// own id, '/', a character of each class. An id made of <see cref="Fresh"/> occurs in no pattern and in no other letter, so what its words are is what the symbolic words say.
/// </summary>
internal sealed class SymbolicAlphabet
{
    private const char RealDollar = '\0';
    private const string OfIds = "zyxwvutsrqponmlkjihgfedcba9876543210-";

    /// <summary>For these languages, and names in which each character of <paramref name="spelled"/> counts by itself.</summary>
    internal SymbolicAlphabet(IReadOnlyList<TopicLanguage> languages, string spelled = "")
    {
        // What occurs literally is in a class of its own; every other character is in class 0 everywhere.
        char[] free = [.. OfIds.Where(c => languages.All(language => language.ClassOf(c) == 0))];
        Fresh = free.Length == 0 ? null : free[0];
        List<char> letters = [];
        HashSet<string> seen = [];
        foreach (char character in Ordered().Where(c => c != Fresh))
        {
            if (seen.Add(Kind(languages, character, spelled)))
            {
                letters.Add(character);
            }
        }

        letters.AddRange('$', '/');
        Letters = letters;
        All = Fresh is { } fresh && seen.Add(Kind(languages, fresh, spelled)) ? [.. letters, fresh] : letters;
    }

    /// <summary>The letters without <see cref="Fresh"/>.</summary>
    internal IReadOnlyList<char> Letters { get; }

    /// <summary>The letters, <see cref="Fresh"/> among them where no other is of its kind: every real character is of the kind of one of these.</summary>
    internal IReadOnlyList<char> All { get; }

    /// <summary>A character of ids that occurs nowhere; null when the document uses all of them.</summary>
    internal char? Fresh { get; }

    /// <summary>Every character of ids that occurs in no pattern, its variables aside, as a text.</summary>
    internal static string[] Unused(IReadOnlyList<PolicyResource> resources)
    {
        string[] patterns = [.. resources.Select(resource => resource.Filled("/", "/", "/"))];
        return [.. OfIds.Where(c => !patterns.Any(pattern => pattern.Contains(c, StringComparison.Ordinal))).Select(c => c.ToString())];
    }

    /// <summary>The real text of a word.</summary>
    internal static string Spell(string word, string id)
    {
        return word.Replace("$", id, StringComparison.Ordinal).Replace(RealDollar, '$');
    }

    private static string Kind(IReadOnlyList<TopicLanguage> languages, char character, string spelled)
    {
        int byItself = spelled.Contains(character, StringComparison.Ordinal) ? character : 0;
        return string.Join(',', languages.Select(language => language.ClassOf(character)).Append(ForeignNames.IsIdCharacter(character) ? 1 : 0).Append(byItself));
    }

    // Digits first: the shortest other id is then the own one with a 0 behind it. The letter '$' is taken, so a real one has another.
    private static IEnumerable<char> Ordered()
    {
        const string First = "0123456789abcdefghijklmnopqrstuvwxyz-";
        return First.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => !First.Contains(c) && !"/+#$".Contains(c))).Append(RealDollar);
    }
}

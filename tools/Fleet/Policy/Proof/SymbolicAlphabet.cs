namespace DeviceFirmware.Fleet;

/// <summary>
/// One letter for every kind of character that some statement tells from another: '$' for the device's own id, '/', a character of each
/// class. An id made of <see cref="Fresh"/> occurs in no pattern and in no other letter, so what its words are is what the symbolic words say.
/// </summary>
internal sealed class SymbolicAlphabet
{
    private const char RealDollar = '\0';

    internal SymbolicAlphabet(IReadOnlyList<TopicLanguage> languages)
    {
        // What occurs literally is in a class of its own; every other character is in class 0 everywhere.
        char[] free = [.. "zyxwvutsrqponmlkjihgfedcba9876543210-".Where(c => languages.All(language => language.ClassOf(c) == 0))];
        Fresh = free.Length == 0 ? null : free[0];
        List<char> letters = [];
        HashSet<string> seen = [];
        foreach (char character in Ordered().Where(c => c != Fresh))
        {
            if (seen.Add(Kind(languages, character)))
            {
                letters.Add(character);
            }
        }

        letters.AddRange('$', '/');
        Letters = letters;
        All = Fresh is { } fresh && seen.Add(Kind(languages, fresh)) ? [.. letters, fresh] : letters;
    }

    /// <summary>The letters without <see cref="Fresh"/>.</summary>
    internal IReadOnlyList<char> Letters { get; }

    /// <summary>The letters, <see cref="Fresh"/> among them where no other is of its kind: every real character is of the kind of one of these.</summary>
    internal IReadOnlyList<char> All { get; }

    /// <summary>A character of ids that occurs nowhere; null when the document uses all of them.</summary>
    internal char? Fresh { get; }

    /// <summary>The real text of a word.</summary>
    internal static string Spell(string word, string id)
    {
        return word.Replace("$", id, StringComparison.Ordinal).Replace(RealDollar, '$');
    }

    private static string Kind(IReadOnlyList<TopicLanguage> languages, char character)
    {
        return string.Join(',', languages.Select(language => language.ClassOf(character)).Append(ForeignNames.IsIdCharacter(character) ? 1 : 0));
    }

    // Digits first: the shortest other id is then the own one with a 0 behind it. The letter '$' is taken, so a real one has another.
    private static IEnumerable<char> Ordered()
    {
        const string First = "0123456789abcdefghijklmnopqrstuvwxyz-";
        return First.Concat(Enumerable.Range(' ', '~' - ' ' + 1).Select(c => (char)c).Where(c => !First.Contains(c) && !"/+#$".Contains(c))).Append(RealDollar);
    }
}

namespace DeviceFirmware.Fleet;

/// <summary>
/// Walks several automata over the same words at once, shortest words first. It ends: there are only so many tuples of states; above
/// <see cref="MaximumStates"/> it gives up, and says so.
/// </summary>
internal sealed class WordSearch(IReadOnlyList<char> letters, Func<int[], char, int[]?> next)
{
    /// <summary>Most tuples of states that are visited.</summary>
    internal const int MaximumStates = 200_000;

    /// <summary>True when <see cref="Words"/> had to give up.</summary>
    internal bool GaveUp { get; private set; }

    /// <summary>Each reachable tuple of states with the shortest word that leads to it. The empty word is none.</summary>
    internal IEnumerable<(string Word, int[] States)> Words(int[] start)
    {
        List<(int[] States, int Before, char Letter)> reached = [(start, -1, '\0')];
        HashSet<string> seen = [Key(start)];
        for (int i = 0; i < reached.Count; i++)
        {
            foreach (char letter in letters)
            {
                if (next(reached[i].States, letter) is not { } states || !seen.Add(Key(states)))
                {
                    continue;
                }

                if (reached.Count >= MaximumStates)
                {
                    GaveUp = true;
                    yield break;
                }

                reached.Add((states, i, letter));
                yield return (Spell(reached, reached.Count - 1), states);
            }
        }
    }

    private static string Spell(List<(int[] States, int Before, char Letter)> reached, int at)
    {
        List<char> word = [];
        for (; reached[at].Before >= 0; at = reached[at].Before)
        {
            word.Add(reached[at].Letter);
        }

        word.Reverse();
        return string.Concat(word);
    }

    private static string Key(int[] states)
    {
        return string.Create(states.Length * 2, states, (span, source) =>
        {
            for (int i = 0; i < source.Length; i++)
            {
                span[2 * i] = (char)(source[i] & 0xFFFF);
                span[(2 * i) + 1] = (char)(source[i] >> 16);
            }
        });
    }
}

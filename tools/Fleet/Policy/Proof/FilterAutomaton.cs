namespace DeviceFirmware.Fleet;

/// <summary>
/// Reads an MQTT filter letter by letter and keeps, for one statement's set of topics, every state that a topic of the filter can have
/// reached. At the end of the filter the set covers it when all of these accept, and overlaps it when one does. So the filters that a
/// statement covers, and those it overlaps, are themselves regular, and can be walked like words.
/// </summary>
internal sealed class FilterAutomaton
{
    private readonly TopicLanguage _language;
    private readonly IReadOnlyList<char> _letters;
    private readonly List<int[]> _sets = [];
    private readonly Dictionary<string, int> _known = [];
    private readonly Dictionary<(int Set, char Letter), int> _next = [];

    internal FilterAutomaton(TopicLanguage language, IReadOnlyList<char> letters)
    {
        _language = language;
        _letters = letters;
        Start = Number([TopicLanguage.Start]);
    }

    /// <summary>Before the filter.</summary>
    internal int Start { get; }

    /// <summary>After one more letter; '+' is a whole level.</summary>
    internal int Next(int set, char letter)
    {
        if (!_next.TryGetValue((set, letter), out int target))
        {
            target = letter == '+'
                ? Number(Closure(_sets[set], _letters.Where(c => c != '/')))
                : Number([.. _sets[set].Select(state => _language.Next(state, letter)).Distinct()]);
            _next.Add((set, letter), target);
        }

        return target;
    }

    /// <summary>After a last level '#': the parent, and everything below it. <paramref name="parent"/> is the set before the '/', -1 when there is none.</summary>
    internal int Subtree(int set, int parent)
    {
        int[] below = Closure(_sets[set], _letters);
        return Number(parent < 0 ? below : [.. below.Union(_sets[parent])]);
    }

    /// <summary>True when the statement's set has every topic of the filter.</summary>
    internal bool Covers(int set)
    {
        return _sets[set].All(_language.Accepts);
    }

    /// <summary>True when the statement's set has some topic of the filter.</summary>
    internal bool Overlaps(int set)
    {
        return _sets[set].Any(_language.Accepts);
    }

    private int[] Closure(int[] set, IEnumerable<char> letters)
    {
        List<int> reached = [.. set];
        char[] over = [.. letters];
        for (int i = 0; i < reached.Count; i++)
        {
            foreach (int state in over.Select(letter => _language.Next(reached[i], letter)).Where(state => !reached.Contains(state)).ToArray())
            {
                if (!reached.Contains(state))
                {
                    reached.Add(state);
                }
            }
        }

        return [.. reached];
    }

    private int Number(int[] set)
    {
        int[] sorted = [.. set.Order()];
        string key = string.Join(',', sorted);
        if (!_known.TryGetValue(key, out int number))
        {
            number = _sets.Count;
            _sets.Add(sorted);
            _known.Add(key, number);
        }

        return number;
    }
}

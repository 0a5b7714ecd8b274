namespace DeviceFirmware.Fleet;

/// <summary>
/// The set of topic names that a pattern or filter stands for, as a deterministic automaton. Three questions, each exact and without
/// backtracking: is this name in the set, does the set cover another, do two sets overlap.
/// </summary>
public sealed class TopicLanguage
{
    private const int AsciiSize = 128;

    /// <summary>The state of which nothing is accepted any more.</summary>
    internal const int Dead = 0;

    /// <summary>The state before the first character.</summary>
    internal const int Start = 1;

    private readonly byte[] _classOf;
    private readonly int _classes;
    private readonly int[] _next;
    private readonly bool[] _accepts;

    private TopicLanguage(byte[] classOf, int classes, int[] next, bool[] accepts)
    {
        _classOf = classOf;
        _classes = classes;
        _next = next;
        _accepts = accepts;
    }

    /// <summary>Compiles a pattern by subset construction; the bound on states is proved in the remark of <see cref="Closure"/>.</summary>
    public static TopicLanguage Compile(TopicPattern pattern)
    {
        byte[] classOf = Classes(pattern, out List<char> representatives);
        List<int[]> sets = [[], Closure(pattern, [0])];
        Dictionary<string, int> known = new() { [Key(sets[Dead])] = Dead, [Key(sets[Start])] = Start };
        List<int> next = [.. Enumerable.Repeat(Dead, representatives.Count)];
        List<int> reached = [];
        for (int state = Start; state < sets.Count; state++)
        {
            foreach (char character in representatives)
            {
                Step(pattern, sets[state], character, reached);
                if (reached.Count == 0)
                {
                    next.Add(Dead); // nearly all of them: a subscription costs a tenth for it
                    continue;
                }

                int[] set = Closure(pattern, reached);
                string key = Key(set);
                if (!known.TryGetValue(key, out int target))
                {
                    target = sets.Count;
                    known.Add(key, target);
                    sets.Add(set);
                    if (target > (4 * pattern.Tokens.Count) + 8)
                    {
                        throw new InvalidOperationException("a topic automaton outgrew its bound");
                    }
                }

                next.Add(target);
            }
        }

        bool[] accepts = [.. sets.Select(set => set.Any(position => position >= pattern.Tokens.Count))];
        return new TopicLanguage(classOf, representatives.Count, [.. next], accepts);
    }

    /// <summary>True when the topic name is in the set.</summary>
    public bool Contains(string topic)
    {
        int state = Start;
        foreach (char character in topic)
        {
            state = Next(state, character);
            if (state == Dead)
            {
                return false;
            }
        }

        return _accepts[state];
    }

    /// <summary>True when every topic of <paramref name="other"/> is in this set.</summary>
    public bool Covers(TopicLanguage other)
    {
        return !Meets(other, (mine, theirs) => theirs && !mine);
    }

    /// <summary>True when some topic is in both sets.</summary>
    public bool Overlaps(TopicLanguage other)
    {
        return Meets(other, (mine, theirs) => theirs && mine);
    }

    // Walks both automata over the same topics until `found` holds for a pair of verdicts. At most states × states × classes steps.
    private bool Meets(TopicLanguage other, Func<bool, bool, bool> found)
    {
        char[] alphabet = JointAlphabet(other);
        HashSet<(int Mine, int Theirs)> seen = [(Start, Start)];
        Queue<(int Mine, int Theirs)> open = new(seen);
        while (open.TryDequeue(out (int Mine, int Theirs) pair))
        {
            if (found(_accepts[pair.Mine], other._accepts[pair.Theirs]))
            {
                return true;
            }

            foreach (char character in alphabet)
            {
                (int Mine, int Theirs) target = (Next(pair.Mine, character), other.Next(pair.Theirs, character));
                if (target.Theirs != Dead && seen.Add(target))
                {
                    open.Enqueue(target);
                }
            }
        }

        return false;
    }

    /// <summary>True when the set has what led to this state.</summary>
    internal bool Accepts(int state)
    {
        return _accepts[state];
    }

    /// <summary>Characters of one class lead from each state to the same one.</summary>
    internal int ClassOf(char character)
    {
        return _classOf[character];
    }

    /// <summary>The state after one more character.</summary>
    internal int Next(int state, char character)
    {
        return character < AsciiSize ? _next[(state * _classes) + _classOf[character]] : Dead;
    }

    // One character for every pair of classes that some character has.
    private char[] JointAlphabet(TopicLanguage other)
    {
        Dictionary<(byte, byte), char> representative = [];
        for (char c = ' '; c <= '~'; c++)
        {
            representative.TryAdd((_classOf[c], other._classOf[c]), c);
        }

        return [.. representative.Values];
    }

    // Every literal and '/' is a class of its own, all other characters together are class 0.
    private static byte[] Classes(TopicPattern pattern, out List<char> representatives)
    {
        byte[] classOf = new byte[AsciiSize];
        representatives = ['\0', '/'];
        classOf['/'] = 1;
        foreach (TopicPattern.Token token in pattern.Tokens)
        {
            if (token.Kind == TopicPattern.TokenKind.Literal && classOf[token.Character] == 0)
            {
                classOf[token.Character] = (byte)representatives.Count;
                representatives.Add(token.Character);
            }
        }

        return classOf;
    }

    // Positions: i < n stands before token i, n after the last one, n + 1 inside the subtree of a trailing "/#".
    private static void Step(TopicPattern pattern, int[] set, char character, List<int> reached)
    {
        int end = pattern.Tokens.Count;
        reached.Clear();
        foreach (int position in set)
        {
            if (position >= end)
            {
                if (position > end || (pattern.Subtree && character == '/'))
                {
                    reached.Add(end + 1);
                }

                continue;
            }

            TopicPattern.Token token = pattern.Tokens[position];
            switch (token.Kind)
            {
                case TopicPattern.TokenKind.Literal when token.Character == character:
                    reached.Add(position + 1);
                    break;
                case TopicPattern.TokenKind.Level when character != '/':
                case TopicPattern.TokenKind.Any:
                    reached.Add(position);
                    break;
            }
        }
    }

    /// <remarks>
    /// Runs may be empty, so a position before one also stands behind it. Then two cuts that change no answer: inside the subtree everything
    /// is accepted, so nothing else matters; and a position before a <c>*</c> that is already reached accepts nothing that the <c>*</c> does
    /// not. What remains is one <c>*</c> and the partial matches of the literals behind it, which the last characters determine (as in
    /// Knuth-Morris-Pratt): one set for each length of partial match. Before the first <c>*</c> a set holds at most one run and its
    /// successor. Hence a number of sets linear in the pattern.
    /// </remarks>
    private static int[] Closure(TopicPattern pattern, List<int> reached)
    {
        int end = pattern.Tokens.Count;
        if (reached.Count == 1 && (reached[0] >= end || pattern.Tokens[reached[0]].Kind == TopicPattern.TokenKind.Literal))
        {
            return [reached[0]];
        }

        SortedSet<int> set = [];
        foreach (int start in reached)
        {
            int position = start;
            while (set.Add(position) && position < end && pattern.Tokens[position].Kind != TopicPattern.TokenKind.Literal)
            {
                position++;
            }
        }

        if (set.Contains(end + 1))
        {
            return [end + 1];
        }

        int floor = set.Where(position => position < end && pattern.Tokens[position].Kind == TopicPattern.TokenKind.Any).DefaultIfEmpty(-1).Max();
        return [.. set.Where(position => position >= floor)];
    }

    private static string Key(int[] set)
    {
        return string.Join(',', set);
    }
}

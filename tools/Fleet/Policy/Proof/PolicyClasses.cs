namespace DeviceFirmware.Fleet;

/// <summary>Walks every class of requests (which statements bite, and how) and asks the policy engine about one member of each.</summary>
internal static class PolicyClasses
{
    private const int LevelStart = 0;
    private const int InLevel = 1;
    private const int AfterPlus = 2;

    /// <summary>Adds a finding for each class that the engine answers wrongly; the number of classes.</summary>
    internal static int Check(PolicyDocument document, PolicyAction action, List<PolicyFinding> findings)
    {
        return Owners(document, action).Sum(owner => Check(document, action, owner, findings));
    }

    private static int Check(PolicyDocument document, PolicyAction action, PolicySubject? owner, List<PolicyFinding> findings)
    {
        PolicyProver.Rule[] rules = [.. owner is null ? [] : PolicyProver.Rules(document, action, owner)];
        SymbolicAlphabet alphabet = new([.. rules.Select(rule => rule.Language)]);
        if (owner is null || alphabet.Fresh is not { } fresh)
        {
            findings.Add(new PolicyFinding("undecided", action, "", "", "the document uses every character that an id can have", 0));
            return 0;
        }

        string id = fresh.ToString();
        BoundPolicy engine = document.For(new PolicySubject(id, owner.Tenant, owner.Product));
        Dictionary<string, string> classes = [];
        WordSearch search = action == PolicyAction.Subscribe ? Filters(rules, alphabet, classes) : Names(rules, alphabet, classes);
        foreach ((string bites, string word) in classes)
        {
            string name = SymbolicAlphabet.Spell(word, id);
            if (name.Length > TopicPattern.MaximumLength)
            {
                continue; // no request is that long
            }

            PolicyEvaluation expected = Expected(rules, bites);
            PolicyEvaluation answer = action switch
            {
                PolicyAction.Connect => engine.Connect(name),
                PolicyAction.Publish => engine.Publish(name),
                _ => TopicPattern.TryParse(name, isPolicyPattern: false, out TopicPattern? filter, out _) ? engine.Subscribe(filter) : expected,
            };
            if (answer != expected)
            {
                findings.Add(new PolicyFinding("deny-does-not-win", action, id, "", name, expected.Statement, owner.Tenant));
            }
        }

        if (search.GaveUp)
        {
            findings.Add(new PolicyFinding("undecided", action, "", "", $"more than {WordSearch.MaximumStates} classes", 0));
        }

        return classes.Count;
    }

    // Nobody's where no owner is named. Else one whose tenant and product are characters of their own, so that a word has them only where it has the
    // variable or what a wildcard takes; then without the product, and without both. Null: no such characters are left.
    private static IEnumerable<PolicySubject?> Owners(PolicyDocument document, PolicyAction action)
    {
        PolicyResource[] resources = [.. PolicyProver.Resources(document, action).Select(item => item.Resource)];
        if (!resources.Any(resource => resource.NamesOwner))
        {
            return [new PolicySubject("")];
        }

        string[] free = SymbolicAlphabet.Unused(resources);
        return free.Length < 2 ? [null] : [new PolicySubject("", free[0], free[1]), new PolicySubject("", free[0]), new PolicySubject("")];
    }

    private static PolicyEvaluation Expected(PolicyProver.Rule[] rules, string bites)
    {
        PolicyProver.Rule? deny = rules.Where((rule, i) => bites[i] == '1' && rule.Effect == PolicyEffect.Deny).FirstOrDefault();
        PolicyProver.Rule? allow = rules.Where((rule, i) => bites[i] == '1' && rule.Effect == PolicyEffect.Allow).FirstOrDefault();
        return deny is not null ? new PolicyEvaluation(PolicyAnswer.ExplicitDeny, deny.Statement)
            : allow is not null ? new PolicyEvaluation(PolicyAnswer.Allow, allow.Statement)
            : default;
    }

    private static WordSearch Names(PolicyProver.Rule[] rules, SymbolicAlphabet alphabet, Dictionary<string, string> classes)
    {
        WordSearch search = new(alphabet.Letters, (states, letter) => [.. rules.Select((rule, i) => rule.Language.Next(states[i], letter))]);
        foreach ((string word, int[] states) in search.Words([.. rules.Select(_ => TopicLanguage.Start)]))
        {
            classes.TryAdd(string.Concat(rules.Select((rule, i) => rule.Language.Accepts(states[i]) ? '1' : '0')), word);
        }

        return search;
    }

    // States: where in the level, then for each rule its set, and at the start of a level the set of the parent (-1: none).
    private static WordSearch Filters(PolicyProver.Rule[] rules, SymbolicAlphabet alphabet, Dictionary<string, string> classes)
    {
        FilterAutomaton[] automata = [.. rules.Select(rule => new FilterAutomaton(rule.Language, alphabet.Letters))];
        int count = rules.Length;
        WordSearch search = new([.. alphabet.Letters, '+'], (states, letter) =>
        {
            if ((letter == '+' && states[0] != LevelStart) || (letter != '/' && states[0] == AfterPlus))
            {
                return null;
            }

            int place = letter switch { '/' => LevelStart, '+' => AfterPlus, _ => InLevel };
            IEnumerable<int> sets = automata.Select((automaton, i) => automaton.Next(states[1 + i], letter));
            return [place, .. sets, .. Enumerable.Range(0, count).Select(i => place == LevelStart ? states[1 + i] : -1)];
        });
        int[] start = [LevelStart, .. automata.Select(automaton => automaton.Start), .. Enumerable.Repeat(-1, count)];
        Note("#", start, subtree: true);
        foreach ((string word, int[] states) in search.Words(start))
        {
            Note(word, states, subtree: false);
            if (states[0] == LevelStart)
            {
                Note(word + "#", states, subtree: true);
            }
        }

        return search;

        void Note(string filter, int[] states, bool subtree)
        {
            classes.TryAdd(
                string.Concat(rules.Select((rule, i) =>
                {
                    int set = subtree ? automata[i].Subtree(states[1 + i], states[1 + count + i]) : states[1 + i];
                    return (rule.Effect == PolicyEffect.Deny ? automata[i].Overlaps(set) : automata[i].Covers(set)) ? '1' : '0';
                })),
                filter);
        }
    }
}

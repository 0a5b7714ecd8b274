namespace DeviceFirmware.Fleet;

/*
 * What is claimed of a document, for every device id at once, and why it follows.
 *
 * 1. No device may connect under another client id, publish to a topic of another device (devices/ID, devices/ID/…, ID another valid id), or
 *    hold a subscription that has such a topic. The client id decides nothing else: the variables are the certificate's.
 * 2. A deny that bites is the answer, and what no statement allows is denied.
 *
 * The id is a letter, '$'. A pattern's set of words over the letters and '$' gives the device's set of topics by putting the id in; wildcards
 * take '$' like any run without '/'. Every topic that an allow has comes from such a word (read it along the pattern: '$' where the variable
 * stands, the characters themselves elsewhere), and a word that a deny has gives a topic that the deny has, whatever the id. So when no word
 * is in an allow, in no deny, and possibly another's (ForeignNames has at least these), then no device has a hole, short or long its id, and
 * whether it begins with another's or not. That is decided exactly, by walking the automata together. An id that is part of "devices" could
 * also make a first level; those 28 are searched one by one, without the letter.
 *
 * Filters need no search of their own for 1. An allowed filter is covered by ONE allow and has nothing in common with a deny; so has each of
 * its topics, taken as a filter. Some allowed filter reaches another's topic exactly when some such topic is itself an allowed filter.
 *
 * A word that is left over is tried with real ids, short ones first, and counts only when the policy engine allows it: the counterexample.
 * When no id that was tried makes the engine allow it, the document counts as undecided, which is not proved.
 *
 * For 2. the requests are cut into classes by which statements bite (filters: cover, overlap), all classes that exist are walked, and the
 * engine is asked about a member of each, with an id that occurs in no pattern.
 */

/// <summary>Proves a document for every device id, or finds the device, client id, topic or filter that shows otherwise. The argument stands above.</summary>
public static class PolicyProver
{
    private static readonly string[] _readableIds = ["dev-1", "board-a"];

    /// <summary>Proves or refutes.</summary>
    public static PolicyProof Prove(PolicyDocument document)
    {
        List<PolicyFinding> findings = [];
        int classes = 0;
        foreach (PolicyAction action in Enum.GetValues<PolicyAction>())
        {
            Rule[] rules = [.. Rules(document, action)];
            SymbolicAlphabet alphabet = new([.. rules.Select(rule => rule.Language)]);
            findings.AddRange(rules.Where(rule => rule.Effect == PolicyEffect.Allow)
                .Select(rule => Foreign(document, action, rule, rules, alphabet) ?? InRoot(document, action, rule, rules)).OfType<PolicyFinding>());
            classes += PolicyClasses.Check(document, action, rules, alphabet, findings);
        }

        return new PolicyProof(findings, classes);
    }

    private static IEnumerable<Rule> Rules(PolicyDocument document, PolicyAction action)
    {
        return document.Statements.SelectMany((statement, index) => statement.Resources
            .Where(resource => resource.Concerns == action && statement.Actions.Contains(action))
            .Select(resource => new Rule(statement.Effect, resource, resource.Symbolic(), index + 1)));
    }

    // Is there a word of this allow, in no deny, that can be another's?
    private static PolicyFinding? Foreign(PolicyDocument document, PolicyAction action, Rule allow, Rule[] rules, SymbolicAlphabet alphabet)
    {
        string[] ids = [.. _readableIds, .. alphabet.Fresh is { } fresh ? new[] { fresh.ToString(), new string(fresh, DeviceId.MaximumLength) } : []];
        TopicLanguage[] denies = [.. rules.Where(rule => rule.Effect == PolicyEffect.Deny).Select(rule => rule.Language)];
        return Search(document, action, allow.Language, denies, alphabet.All, ids, allow.Statement);
    }

    // The same for the ids whose topics may begin with the id itself, one by one and without the letter: what is not the own topic is another's.
    private static PolicyFinding? InRoot(PolicyDocument document, PolicyAction action, Rule allow, Rule[] rules)
    {
        if (action == PolicyAction.Connect)
        {
            return null;
        }

        foreach (string id in ForeignNames.IdsInRoot)
        {
            TopicLanguage language = Bound(allow.Resource, id);
            TopicLanguage[] others =
            [
                .. rules.Where(rule => rule.Effect == PolicyEffect.Deny).Select(rule => Bound(rule.Resource, id)),
                Bound(new PolicyResource(action, $"devices/{id}/#"), id),
            ];
            SymbolicAlphabet alphabet = new([language, .. others]);
            if (Search(document, action, language, others, [.. alphabet.All.Where(letter => letter != '$')], [id], allow.Statement) is { } finding)
            {
                return finding;
            }
        }

        return null;
    }

    private static TopicLanguage Bound(PolicyResource resource, string id)
    {
        return resource.TryCompile(id, out TopicLanguage? language, out string? problem) ? language! : throw new InvalidOperationException(problem);
    }

    private static PolicyFinding? Search(
        PolicyDocument document, PolicyAction action, TopicLanguage allow, TopicLanguage[] denies, IReadOnlyList<char> letters, string[] ids, int statement)
    {
        ForeignNames foreign = action == PolicyAction.Connect ? ForeignNames.ClientIds : ForeignNames.Topics;
        WordSearch search = new(letters, (states, letter) =>
        {
            int[] next = [allow.Next(states[0], letter), foreign.Next(states[1], letter), .. denies.Select((deny, i) => deny.Next(states[i + 2], letter))];
            return next[0] == TopicLanguage.Dead || next[1] == ForeignNames.Dead ? null : next;
        });
        int[] start = [TopicLanguage.Start, ForeignNames.Start, .. denies.Select(_ => TopicLanguage.Start)];
        string? left = null;
        foreach ((string word, int[] states) in search.Words(start))
        {
            if (!allow.Accepts(states[0]) || !foreign.Accepts(states[1]) || denies.Where((deny, i) => deny.Accepts(states[i + 2])).Any())
            {
                continue;
            }

            left ??= word;
            if (ids.Select(id => Confirm(document, action, SymbolicAlphabet.Spell(word, id), id)).FirstOrDefault(f => f is not null) is { } finding)
            {
                return finding;
            }
        }

        return search.GaveUp ? new PolicyFinding("undecided", action, "", "", $"more than {WordSearch.MaximumStates} states", statement)
            : left is not null ? new PolicyFinding("undecided", action, "", "", $"no id was found that makes {left} a hole ('$' is the id)", statement)
            : null;
    }

    // The engine's word counts, not ours.
    private static PolicyFinding? Confirm(PolicyDocument document, PolicyAction action, string name, string id)
    {
        BoundPolicy policy = document.For(id);
        if (action == PolicyAction.Connect)
        {
            return name != id && policy.Connect(name) is { Answer: PolicyAnswer.Allow } connected
                ? new PolicyFinding("another-client-id", action, id, "", name, connected.Statement)
                : null;
        }

        string[] levels = name.Split('/');
        if (levels.Length < 2 || levels[0] != "devices" || !DeviceId.IsValid(levels[1]) || levels[1] == id || TopicPattern.Malformed(name) is not null)
        {
            return null;
        }

        if (action == PolicyAction.Publish)
        {
            return policy.Publish(name) is { Answer: PolicyAnswer.Allow } published
                ? new PolicyFinding("anothers-topic", action, id, levels[1], name, published.Statement)
                : null;
        }

        // The widest of a few filters that have the topic; the topic itself is the last of them.
        string[] filters = ["#", "devices/#", "devices/+/#", string.Join('/', (string[])["devices", "+", .. levels[2..]]), $"devices/{levels[1]}/#", name];
        foreach (string filter in filters)
        {
            if (TopicPattern.TryParse(filter, isPolicyPattern: false, out TopicPattern? parsed, out _)
                && policy.Subscribe(parsed) is { Answer: PolicyAnswer.Allow } subscribed)
            {
                return new PolicyFinding("anothers-filter", action, id, levels[1], filter, subscribed.Statement);
            }
        }

        return null;
    }

    /// <summary>One resource of one statement, with the id as a letter.</summary>
    internal sealed record Rule(PolicyEffect Effect, PolicyResource Resource, TopicLanguage Language, int Statement);
}

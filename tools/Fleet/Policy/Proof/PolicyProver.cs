namespace DeviceFirmware.Fleet;

/*
 * What is claimed of a document, for every device id, tenant and product at once, and why it follows.
 *
 * 1. No device may connect under another client id, publish to a topic of another device (devices/ID, devices/ID/…, ID another valid id) or of
 *    another tenant (tenants/T, tenants/T/…, T a valid name and not its own tenant, or any when it has none), or hold a subscription that has
 *    such a topic. The client id decides nothing else: the variables are the certificate's and the registry's.
 * 2. A deny that bites is the answer, and what no statement allows is denied.
 *
 * The id is a letter, '$'. A pattern's set of words over the letters and '$' gives the device's set of topics by putting the id in; wildcards
 * take '$' like any run without '/'. Every topic that an allow has comes from such a word (read it along the pattern: '$' where the variable
 * stands, the characters themselves elsewhere), and a word that a deny has gives a topic that the deny has, whatever the id. So when no word
 * is in an allow, in no deny, and possibly another's (ForeignNames has at least these), then no device has a hole, short or long its id, and
 * whether it begins with another's or not. That is decided exactly, by walking the automata together. An id that is part of "devices" or of
 * "tenants" could also make a first level, of an allow whose first level has the variable; those ids are searched one by one, without the letter.
 *
 * Tenant and product need no letters. An allow that names one of them begins with tenants/${tenant}/ (Misplaced, which is asked here again): no
 * wildcard and no variable but the tenant stands in the first two levels, and no value has a '/'. So all its topics begin with tenants/ and the
 * own tenant, none is another's, whatever the values and whatever stands behind; to a device without the value it has no topic. Every other
 * allow, and every deny, has the same topics whatever the tenant and the product. One that has a topic of some tenant, in no deny, is a hole
 * for all devices but that tenant's, and for those that have none: so for these a tenant's name is never the own one.
 *
 * Filters need no search of their own for 1. An allowed filter is covered by ONE allow and has nothing in common with a deny; so has each of
 * its topics, taken as a filter. Some allowed filter reaches another's topic exactly when some such topic is itself an allowed filter.
 *
 * A word that is left over is tried with real ids, short ones first, and counts only when the policy engine allows it: the counterexample.
 * When no id that was tried makes the engine allow it, the document counts as undecided, which is not proved.
 *
 * For 2. the requests are cut into classes by which statements bite (filters: cover, overlap), all classes that exist are walked, and the
 * engine is asked about a member of each, with an id, a tenant and a product that occur in no pattern; again without the product, and without both.
 */

/// <summary>Proves a document for every device id, tenant and product, or finds who reaches what. The argument stands above.</summary>
public static class PolicyProver
{
    private static readonly string[] _readableIds = ["dev-1", "board-a"];
    private static readonly PolicySubject _nobodys = new("");

    /// <summary>Proves or refutes.</summary>
    public static PolicyProof Prove(PolicyDocument document)
    {
        List<PolicyFinding> findings = [.. Enum.GetValues<PolicyAction>().SelectMany(action => Misplaced(document, action))];
        if (findings.Count > 0)
        {
            return new PolicyProof(findings, 0); // what follows builds on this
        }

        int classes = 0;
        foreach (PolicyAction action in Enum.GetValues<PolicyAction>())
        {
            Rule[] rules = [.. Rules(document, action, _nobodys)];
            SymbolicAlphabet alphabet = new([.. rules.Select(rule => rule.Language)], ForeignNames.Spelled);
            findings.AddRange(rules.Where(rule => rule.Effect == PolicyEffect.Allow).SelectMany(rule => ForeignNames.Of(action)
                .Select(foreign => Foreign(document, action, foreign, rule, rules, alphabet) ?? InRoot(document, action, foreign, rule, rules))).OfType<PolicyFinding>());
            classes += PolicyClasses.Check(document, action, findings);
        }

        return new PolicyProof(findings, classes);
    }

    /// <summary>The resources that say something to devices of this owner, the id as a letter.</summary>
    internal static IEnumerable<Rule> Rules(PolicyDocument document, PolicyAction action, PolicySubject owner)
    {
        return Resources(document, action).Where(item => item.Resource.IsBoundBy(owner))
            .Select(item => new Rule(item.Effect, item.Resource, item.Resource.Symbolic(owner), item.Statement));
    }

    /// <summary>The resources that concern an action.</summary>
    internal static IEnumerable<(PolicyEffect Effect, PolicyResource Resource, int Statement)> Resources(PolicyDocument document, PolicyAction action)
    {
        return document.Statements.SelectMany((statement, index) => statement.Resources
            .Where(resource => resource.Concerns == action && statement.Actions.Contains(action))
            .Select(resource => (statement.Effect, resource, index + 1)));
    }

    private static IEnumerable<PolicyFinding> Misplaced(PolicyDocument document, PolicyAction action)
    {
        return Resources(document, action).Where(item => item.Resource.Misplaced(item.Effect) is not null)
            .Select(item => new PolicyFinding("undecided", action, "", "", item.Resource.Misplaced(item.Effect)!, item.Statement));
    }

    // Is there a word of this allow, in no deny, that can be another's?
    private static PolicyFinding? Foreign(
        PolicyDocument document, PolicyAction action, ForeignNames foreign, Rule allow, Rule[] rules, SymbolicAlphabet alphabet)
    {
        string[] ids = [.. _readableIds, .. alphabet.Fresh is { } fresh ? new[] { fresh.ToString(), new string(fresh, DeviceId.MaximumLength) } : []];
        TopicLanguage[] denies = [.. rules.Where(rule => rule.Effect == PolicyEffect.Deny).Select(rule => rule.Language)];
        return Search(document, action, foreign, allow.Language, denies, alphabet.All, ids, allow.Statement);
    }

    // The same for the ids of which a first level can be made, one by one and without the letter: what is not the own topic is another's.
    private static PolicyFinding? InRoot(PolicyDocument document, PolicyAction action, ForeignNames foreign, Rule allow, Rule[] rules)
    {
        foreach (string id in allow.Resource.BeginsWithId ? foreign.IdsInRoot : [])
        {
            TopicLanguage language = Bound(allow.Resource, id);
            TopicLanguage[] others =
            [
                .. rules.Where(rule => rule.Effect == PolicyEffect.Deny).Select(rule => Bound(rule.Resource, id)),
                Bound(new PolicyResource(action, $"devices/{id}/#"), id),
            ];
            SymbolicAlphabet alphabet = new([language, .. others], ForeignNames.Spelled);
            if (Search(document, action, foreign, language, others, [.. alphabet.All.Where(letter => letter != '$')], [id], allow.Statement) is { } finding)
            {
                return finding;
            }
        }

        return null;
    }

    private static TopicLanguage Bound(PolicyResource resource, string id)
    {
        return resource.TryCompile(new PolicySubject(id), out TopicLanguage? language, out string? problem) ? language! : throw new InvalidOperationException(problem);
    }

    private static PolicyFinding? Search(
        PolicyDocument document, PolicyAction action, ForeignNames foreign, TopicLanguage allow, TopicLanguage[] denies, IReadOnlyList<char> letters, string[] ids,
        int statement)
    {
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
            if (ids.Select(id => Confirm(document, action, foreign, SymbolicAlphabet.Spell(word, id), id)).FirstOrDefault(f => f is not null) is { } finding)
            {
                return finding;
            }
        }

        return search.GaveUp ? new PolicyFinding("undecided", action, "", "", $"more than {WordSearch.MaximumStates} states", statement)
            : left is not null ? new PolicyFinding("undecided", action, "", "", $"no id was found that makes {left} a hole ('$' is the id)", statement)
            : null;
    }

    // The engine's word counts, not ours.
    private static PolicyFinding? Confirm(PolicyDocument document, PolicyAction action, ForeignNames foreign, string name, string id)
    {
        string[] levels = name.Split('/');
        string other = levels.Length < 2 ? "" : levels[1];
        bool isTenants = foreign == ForeignNames.Tenants;
        string tenant = !isTenants ? "" : other == "north" ? "south" : "north";
        BoundPolicy policy = document.For(new PolicySubject(id, tenant));
        if (action == PolicyAction.Connect)
        {
            return name != id && policy.Connect(name) is { Answer: PolicyAnswer.Allow } connected
                ? new PolicyFinding("another-client-id", action, id, "", name, connected.Statement)
                : null;
        }

        if (levels[0] != foreign.Root || !DeviceId.IsValid(other) || (other == id && !isTenants) || TopicPattern.Malformed(name) is not null)
        {
            return null;
        }

        if (action == PolicyAction.Publish)
        {
            return policy.Publish(name) is { Answer: PolicyAnswer.Allow } published
                ? new PolicyFinding(isTenants ? "another-tenants-topic" : "anothers-topic", action, id, other, name, published.Statement, tenant)
                : null;
        }

        // The widest of a few filters that have the topic; the topic itself is the last of them.
        string root = foreign.Root;
        string[] filters = ["#", $"{root}/#", $"{root}/+/#", string.Join('/', (string[])[root, "+", .. levels[2..]]), $"{root}/{other}/#", name];
        foreach (string filter in filters)
        {
            if (TopicPattern.TryParse(filter, isPolicyPattern: false, out TopicPattern? parsed, out _)
                && policy.Subscribe(parsed) is { Answer: PolicyAnswer.Allow } subscribed)
            {
                return new PolicyFinding(isTenants ? "another-tenants-filter" : "anothers-filter", action, id, other, filter, subscribed.Statement, tenant);
            }
        }

        return null;
    }

    /// <summary>One resource of one statement, with the id as a letter.</summary>
    internal sealed record Rule(PolicyEffect Effect, PolicyResource Resource, TopicLanguage Language, int Statement);
}

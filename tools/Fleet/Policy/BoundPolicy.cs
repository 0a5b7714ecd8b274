namespace DeviceFirmware.Fleet;

/// <summary>What the document says to one request.</summary>
public enum PolicyAnswer
{
    /// <summary>No statement bites: no.</summary>
    DefaultDeny = 0,

    /// <summary>A deny bites.</summary>
    ExplicitDeny,

    /// <summary>No deny bites, and an allow does.</summary>
    Allow,
}

/// <summary>The answer and the deciding statement, counted from 1; 0 when none decided.</summary>
public readonly record struct PolicyEvaluation(PolicyAnswer Answer, int Statement);

/// <summary>A policy document with the variables of one device filled in and its patterns compiled. Immutable: another tenant's is another.</summary>
public sealed class BoundPolicy
{
    private readonly Rule[] _rules;

    internal BoundPolicy(PolicyDocument document, PolicySubject subject)
    {
        DeviceId = subject.DeviceId;
        List<Rule> rules = [];
        for (int i = 0; i < document.Statements.Count; i++)
        {
            PolicyStatement statement = document.Statements[i];
            foreach (PolicyResource resource in statement.Resources.Where(resource => statement.Actions.Contains(resource.Concerns)))
            {
                if (statement.Effect == PolicyEffect.Allow && !resource.IsBoundBy(subject))
                {
                    continue; // allows nothing; of a deny that names an owner, which the parser refuses, no such thing is made
                }

                if (!resource.TryCompile(subject, out TopicLanguage? language, out string? problem))
                {
                    throw new ArgumentException($"statement {i + 1} cannot be bound to this device: {problem}", nameof(subject));
                }

                rules.Add(new Rule(statement.Effect, resource.Concerns, language!, i + 1));
            }
        }

        _rules = [.. rules];
    }

    /// <summary>Whose the variables are.</summary>
    public string DeviceId { get; }

    /// <summary>May a connection have this client id?</summary>
    public PolicyEvaluation Connect(string clientId)
    {
        return Evaluate(PolicyAction.Connect, clientId, null);
    }

    /// <summary>May a message go to this topic name? The caller has refused names with wildcards.</summary>
    public PolicyEvaluation Publish(string topic)
    {
        return Evaluate(PolicyAction.Publish, topic, null);
    }

    /// <summary>May a subscription have this filter?</summary>
    public PolicyEvaluation Subscribe(TopicPattern filter)
    {
        return Evaluate(PolicyAction.Subscribe, "", TopicLanguage.Compile(filter));
    }

    // Asked for every message: allocates nothing.
    private PolicyEvaluation Evaluate(PolicyAction action, string name, TopicLanguage? requested)
    {
        PolicyEvaluation answer = default;
        foreach (Rule rule in _rules)
        {
            if (rule.Action != action || (rule.Effect == PolicyEffect.Allow && answer.Answer == PolicyAnswer.Allow) || !Bites(rule, name, requested))
            {
                continue;
            }

            if (rule.Effect == PolicyEffect.Deny)
            {
                return new PolicyEvaluation(PolicyAnswer.ExplicitDeny, rule.Statement);
            }

            answer = new PolicyEvaluation(PolicyAnswer.Allow, rule.Statement);
        }

        return answer;
    }

    private static bool Bites(Rule rule, string name, TopicLanguage? requested)
    {
        return requested is null ? rule.Language.Contains(name)
            : rule.Effect == PolicyEffect.Deny ? rule.Language.Overlaps(requested)
            : rule.Language.Covers(requested);
    }

    private sealed record Rule(PolicyEffect Effect, PolicyAction Action, TopicLanguage Language, int Statement);
}

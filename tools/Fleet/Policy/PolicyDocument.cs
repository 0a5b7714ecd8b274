namespace DeviceFirmware.Fleet;

/*
 * The exact reading of a policy document (for SPEC.md):
 *
 * A document is a JSON object with exactly "version" (a date, yyyy-MM-dd: which edition this is) and "statement" (1 to 64 of them). A
 * statement has exactly "effect" (allow or deny), "action" (1 or more of connect, publish, subscribe, none twice) and "resource" (1 to 64
 * patterns). UTF-8 without a byte order mark, at most 64 KB, at most 256 resources in all. Anything else (an unknown, missing or repeated
 * member, another type, a comment, a trailing comma) refuses the whole document, with the place named.
 *
 * A resource is a prefix and a pattern. Each action has its one prefix; other resources of the statement do not concern it:
 *     connect    device:       against the client id
 *     publish    topic:        against the topic name
 *     subscribe  topicfilter:  against the topic filter
 * So a deny on topic: is not a deny on topicfilter:. A statement none of whose resources concerns any of its actions says nothing and is
 * refused at load.
 *
 * Patterns: 1 to 256 printable ASCII characters. ${deviceId}, the only variable, stands for the id that the certificate proves; an id has
 * no character that means anything in a pattern. No other '$'. '*' is any run of characters, '/' included. In topic: and topicfilter: '+'
 * is a whole level and a last level '#' the parent and all below it, as in MQTT; '+' behind a '*' is refused. In device: neither may occur.
 * A pattern is thereby a set of topic names.
 *
 * publish:   a statement bites when the topic name is in the set of one of its topic: resources.
 * subscribe: a filter is itself a set of topic names. An allow bites when the set of ONE of its topicfilter: resources covers the whole
 *            filter; several that cover it only together do not. A deny bites when the set of one of its topicfilter: resources has a
 *            topic in common with the filter.
 * connect:   a statement bites when the client id is in the set of one of its device: resources.
 *
 * Refused before any statement is read: topic names and filters that are empty, longer than 256 characters, not printable ASCII, or that
 * begin with '$' ($SYS, $share, …); topic names with '+' or '#'; filters in which '+' is not a whole level or '#' not the last one.
 *
 * Any deny that bites decides, wherever it stands; otherwise the first allow that bites; otherwise the answer is no. Statements count from 1.
 */

/// <summary>A policy document, parsed. Comes from <see cref="PolicyParser"/> only; the reading is written above this type.</summary>
public sealed class PolicyDocument
{
    internal PolicyDocument(string version, IReadOnlyList<PolicyStatement> statements)
    {
        Version = version;
        Statements = statements;
    }

    /// <summary>Which edition of the document this is, a date.</summary>
    public string Version { get; }

    /// <summary>The statements in order; the first is number 1 in every message.</summary>
    public IReadOnlyList<PolicyStatement> Statements { get; }

    /// <summary>The document as it stands for one device.</summary>
    public BoundPolicy For(string deviceId)
    {
        return new BoundPolicy(this, deviceId);
    }
}

/// <summary>One statement: for these actions, on these resources, yes or no.</summary>
public sealed record PolicyStatement(PolicyEffect Effect, IReadOnlyList<PolicyAction> Actions, IReadOnlyList<PolicyResource> Resources);

/// <summary>A prefix, as the action that it belongs to, and the pattern behind it, variables not yet replaced.</summary>
public sealed record PolicyResource(PolicyAction Concerns, string Pattern)
{
    /// <summary>The one variable there is.</summary>
    public const string DeviceIdVariable = "${deviceId}";

    /// <summary>
    /// The set of names for a device that is not yet known: words in which '$' stands for its id. No pattern has a '$' of its own, so the
    /// letter is free; every real word of a device comes from one of these by putting its id in the place of '$'.
    /// </summary>
    internal TopicLanguage Symbolic()
    {
        string text = Pattern.Replace(DeviceIdVariable, "$", StringComparison.Ordinal);
        return TopicPattern.TryParse(text, isPolicyPattern: true, out TopicPattern? pattern, out string? problem)
            ? TopicLanguage.Compile(pattern)
            : throw new InvalidOperationException(problem);
    }

    /// <summary>The set of names for one device.</summary>
    public bool TryCompile(string deviceId, out TopicLanguage? language, out string? problem)
    {
        language = null;
        string text = Pattern.Replace(DeviceIdVariable, deviceId, StringComparison.Ordinal);
        if (text.Contains('$', StringComparison.Ordinal))
        {
            problem = $"only {DeviceIdVariable} may follow a '$'";
            return false;
        }

        if (Concerns == PolicyAction.Connect && text.AsSpan().IndexOfAny("/+#") >= 0)
        {
            problem = "a client id has no '/', '+' or '#'";
            return false;
        }

        if (!TopicPattern.TryParse(text, isPolicyPattern: true, out TopicPattern? pattern, out problem))
        {
            return false;
        }

        language = TopicLanguage.Compile(pattern);
        return true;
    }
}

/// <summary>What a statement does when it bites.</summary>
public enum PolicyEffect
{
    /// <summary>No, whatever else is said.</summary>
    Deny,

    /// <summary>Yes, unless a deny bites.</summary>
    Allow,
}

/// <summary>What a client may want.</summary>
public enum PolicyAction
{
    /// <summary>To hold a connection under a client id.</summary>
    Connect,

    /// <summary>To publish to a topic name.</summary>
    Publish,

    /// <summary>To subscribe to a topic filter.</summary>
    Subscribe,
}

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
 * Patterns: 1 to 256 printable ASCII characters. Three variables: ${deviceId} stands for the id that the certificate proves, ${tenant} for
 * whose the device is now and ${product} for what it is to its tenant, as the registry has them. A value is [a-z0-9-]{1,32}: no character of
 * it means anything in a pattern. No other '$'. '*' is any run of characters, '/' included. In topic: and topicfilter: '+' is a whole level
 * and a last level '#' the parent and all below it, as in MQTT; '+' behind a '*' is refused. In device: neither may occur. A pattern is
 * thereby a set of topic names.
 *
 * ${tenant} and ${product} stand in an allow only, as whole levels, and only in a resource that begins with tenants/${tenant}/. To a device
 * that has no tenant, or no product, a resource that names it says nothing. A deny has neither, so that none of them ever denies less.
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
        NamesOwner = statements.SelectMany(statement => statement.Resources).Any(resource => resource.NamesOwner);
    }

    /// <summary>Which edition of the document this is, a date.</summary>
    public string Version { get; }

    /// <summary>The statements in order; the first is number 1 in every message.</summary>
    public IReadOnlyList<PolicyStatement> Statements { get; }

    /// <summary>True when it says other things to a device when its tenant or its product changes.</summary>
    public bool NamesOwner { get; }

    /// <summary>The document as it stands for one device.</summary>
    public BoundPolicy For(PolicySubject subject)
    {
        return new BoundPolicy(this, subject);
    }
}

/// <summary>One statement: for these actions, on these resources, yes or no.</summary>
public sealed record PolicyStatement(PolicyEffect Effect, IReadOnlyList<PolicyAction> Actions, IReadOnlyList<PolicyResource> Resources);

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

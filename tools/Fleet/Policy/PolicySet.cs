namespace DeviceFirmware.Fleet;

/// <summary>One loaded edition of a document.</summary>
/// <param name="Kind">Which document.</param>
/// <param name="Document">What it says.</param>
/// <param name="Sha256">SHA-256 of its bytes, lower-case hex.</param>
public sealed record PolicyEdition(PolicyKind Kind, PolicyDocument Document, string Sha256)
{
    /// <summary>How the decision log names it: <c>operational@2026-01-09#0123456789ab</c>, the first 12 digits of its hash.</summary>
    public string Label => $"{DeviceRegistry.Word(Kind)}@{Document.Version}#{Sha256[..12]}";
}

/// <summary>The editions in force, one a document. Immutable: a later edition is another set.</summary>
public sealed class PolicySet
{
    private readonly PolicyEdition[] _editions;

    /// <summary>A set has each document exactly once.</summary>
    public PolicySet(IEnumerable<PolicyEdition> editions)
    {
        _editions = [.. editions.OrderBy(edition => edition.Kind)];
        if (!_editions.Select(edition => edition.Kind).SequenceEqual(Kinds))
        {
            throw new ArgumentException("each document exactly once", nameof(editions));
        }
    }

    /// <summary>The documents there are.</summary>
    public static IReadOnlyList<PolicyKind> Kinds { get; } = [PolicyKind.Bootstrap, PolicyKind.Operational, PolicyKind.Quarantined];

    /// <summary>The editions in force, in the order of <see cref="Kinds"/>.</summary>
    public IReadOnlyList<PolicyEdition> Editions => _editions;

    /// <summary>True when some document says other things to a device when its tenant or its product changes.</summary>
    public bool NamesOwner => _editions.Any(edition => edition.Document.NamesOwner);

    /// <summary>The documents as they stand for one device.</summary>
    public DevicePolicies For(PolicySubject subject)
    {
        return new DevicePolicies(this, subject);
    }

    internal PolicyEdition Edition(PolicyKind kind)
    {
        return _editions[(int)kind - 1];
    }
}

/// <summary>The documents bound to one device, each when it is first asked for.</summary>
public sealed class DevicePolicies(PolicySet set, PolicySubject subject)
{
    private readonly BoundPolicy?[] _bound = new BoundPolicy?[PolicySet.Kinds.Count];

    /// <summary>Whose the variables are.</summary>
    public PolicySubject Subject => subject;

    /// <summary>The bound document. Not for <see cref="PolicyKind.None"/>.</summary>
    public BoundPolicy Bound(PolicyKind kind)
    {
        return _bound[(int)kind - 1] ??= set.Edition(kind).Document.For(subject);
    }

    /// <summary>The name of its edition.</summary>
    public string Label(PolicyKind kind)
    {
        return set.Edition(kind).Label;
    }
}

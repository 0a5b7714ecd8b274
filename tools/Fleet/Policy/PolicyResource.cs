namespace DeviceFirmware.Fleet;

/// <summary>A prefix, as the action that it belongs to, and the pattern behind it, variables not yet replaced.</summary>
public sealed record PolicyResource(PolicyAction Concerns, string Pattern)
{
    /// <summary>The id of the device that asks.</summary>
    public const string DeviceIdVariable = "${deviceId}";

    /// <summary>Its tenant.</summary>
    public const string TenantVariable = "${tenant}";

    /// <summary>Its product.</summary>
    public const string ProductVariable = "${product}";

    private const string OwnTenant = "tenants/" + TenantVariable + "/";

    /// <summary>True when it depends on whose the device is.</summary>
    public bool NamesOwner => Has(Pattern, TenantVariable) || Has(Pattern, ProductVariable);

    /// <summary>True when it depends on who asks.</summary>
    public bool NamesSubject => NamesOwner || Has(Pattern, DeviceIdVariable);

    /// <summary>True when the device's id can be part of a topic's first level.</summary>
    internal bool BeginsWithId => Has(Pattern.Split('/')[0], DeviceIdVariable);

    /// <summary>
    /// Why it may not name tenant or product as it does, or null. All topics of an allow that does are the own tenant's, whatever the values: a
    /// value has no '/', and nothing before the first one is a wildcard. A deny would deny nothing to a device that has no such value.
    /// </summary>
    internal string? Misplaced(PolicyEffect effect)
    {
        return !NamesOwner ? null
            : effect == PolicyEffect.Deny ? $"a deny has no {TenantVariable} and no {ProductVariable}, which not every device has; '+' in their place denies it to all"
            : !Pattern.StartsWith(OwnTenant, StringComparison.Ordinal) ? $"a resource that names {TenantVariable} or {ProductVariable} begins with {OwnTenant}"
            : Pattern.Split('/').Any(level => level is not (TenantVariable or ProductVariable) && (Has(level, TenantVariable) || Has(level, ProductVariable)))
                ? $"{TenantVariable} and {ProductVariable} are whole levels"
            : null;
    }

    /// <summary>True when the device's owner is known as far as it is named.</summary>
    internal bool IsBoundBy(PolicySubject subject)
    {
        return (subject.Tenant.Length > 0 || !Has(Pattern, TenantVariable)) && (subject.Product.Length > 0 || !Has(Pattern, ProductVariable));
    }

    /// <summary>The pattern with these texts in the place of its variables; an empty one leaves its variable there.</summary>
    internal string Filled(string deviceId, string tenant, string product)
    {
        string text = Pattern;
        foreach ((string variable, string value) in new[] { (DeviceIdVariable, deviceId), (TenantVariable, tenant), (ProductVariable, product) })
        {
            text = value.Length == 0 ? text : text.Replace(variable, value, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>
    /// The set of names for a device whose owner is known and whose id is not: words in which '$' stands for it. No pattern has a '$' of its own,
    /// so the letter is free; every real word of a device comes from one of these by putting its id in the place of '$'.
    /// </summary>
    internal TopicLanguage Symbolic(PolicySubject owner)
    {
        return !IsBoundBy(owner) ? throw new ArgumentException("names what the owner has not", nameof(owner))
            : TopicPattern.TryParse(Filled("$", owner.Tenant, owner.Product), isPolicyPattern: true, out TopicPattern? pattern, out string? problem) ? TopicLanguage.Compile(pattern)
            : throw new InvalidOperationException(problem);
    }

    /// <summary>The set of names for one device.</summary>
    public bool TryCompile(PolicySubject subject, out TopicLanguage? language, out string? problem)
    {
        language = null;
        string text = Filled(subject.DeviceId, subject.Tenant, subject.Product);
        if (text.Contains('$', StringComparison.Ordinal))
        {
            problem = $"only {DeviceIdVariable}, {TenantVariable} and {ProductVariable} may follow a '$'";
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

    private static bool Has(string text, string variable)
    {
        return text.Contains(variable, StringComparison.Ordinal);
    }
}

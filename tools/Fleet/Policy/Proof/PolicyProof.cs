namespace DeviceFirmware.Fleet;

/// <summary>What a proof has found: a request that the policy engine answers wrongly, or that nothing could be shown.</summary>
/// <param name="Problem">
/// <c>another-client-id</c>, <c>anothers-topic</c>, <c>anothers-filter</c>, <c>another-tenants-topic</c>, <c>another-tenants-filter</c>,
/// <c>deny-does-not-win</c> or <c>undecided</c>.
/// </param>
/// <param name="Action">Of which action.</param>
/// <param name="DeviceId">Who asks; its client id is the same, except where <paramref name="Resource"/> is one.</param>
/// <param name="OtherId">Whose topic it is, a device or a tenant; empty where there is no other.</param>
/// <param name="Resource">Client id, topic or filter.</param>
/// <param name="Statement">The statement that lets it, counted from 1; 0 when none.</param>
/// <param name="Tenant">The tenant of who asks, where that matters.</param>
public sealed record PolicyFinding(string Problem, PolicyAction Action, string DeviceId, string OtherId, string Resource, int Statement, string Tenant = "")
{
    /// <inheritdoc/>
    public override string ToString()
    {
        return Problem switch
        {
            "another-client-id" => $"statement {Statement}: device {DeviceId} may connect under the client id {Resource}",
            "anothers-topic" => $"statement {Statement}: device {DeviceId}, client id {DeviceId}, may publish to {Resource}, a topic of device {OtherId}",
            "anothers-filter" => $"statement {Statement}: device {DeviceId}, client id {DeviceId}, may subscribe to {Resource} and hear device {OtherId}",
            "another-tenants-topic" => $"statement {Statement}: device {DeviceId} of tenant {Tenant} may publish to {Resource}, a topic of tenant {OtherId}",
            "another-tenants-filter" => $"statement {Statement}: device {DeviceId} of tenant {Tenant} may subscribe to {Resource} and hear tenant {OtherId}",
            "deny-does-not-win" => $"statement {Statement}: the deny is not the answer to device {DeviceId} and {Resource}",
            _ => $"undecided: {Action.ToString().ToLowerInvariant()}: {Resource}",
        };
    }
}

/// <summary>The outcome of a proof. Comes from <see cref="PolicyProver"/> only; proved is what has no finding.</summary>
public sealed class PolicyProof
{
    internal PolicyProof(IReadOnlyList<PolicyFinding> findings, int classes)
    {
        Findings = findings;
        Classes = classes;
    }

    /// <summary>True when every claim holds for every device id, tenant and product.</summary>
    public bool IsProved => Findings.Count == 0;

    /// <summary>The counterexamples, each confirmed by the policy engine, and what stayed undecided.</summary>
    public IReadOnlyList<PolicyFinding> Findings { get; }

    /// <summary>In how many ways the statements can meet in one request; the engine was asked about each.</summary>
    public int Classes { get; }
}

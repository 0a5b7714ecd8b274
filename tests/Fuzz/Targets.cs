namespace DeviceFirmware.Fuzz;

/// <summary>Every reader of hostile bytes.</summary>
public static class Targets
{
    /// <summary>All of them.</summary>
    public static IReadOnlyList<Target> All { get; } =
    [
        ImageTargets.Door,
        ImageTargets.Inspection,
        IdentityTargets.Der,
        IdentityTargets.Certificates,
        IdentityTargets.Requests,
        MessageTargets.Cbor,
        MessageTargets.Mqtt,
        MessageTargets.Frames,
        MessageTargets.Records,
        FieldTargets.Signed,
        FieldTargets.Setup,
        FieldTargets.Stored,
        ApplicationTargets.Settings,
        ApplicationTargets.Members,
        StatementTargets.Ledger,
        StatementTargets.Receipt,
        StatementTargets.Claim,
        StatementTargets.Enrolment,
        StatementTargets.TrustSets,
        StatementTargets.Time,
        SessionTarget.Line,
        JsonTargets.Policy,
        JsonTargets.Json,
    ];
}

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The machine's time, some time ahead.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    public TimeSpan Ahead { get; set; }

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;
}

namespace DeviceFirmware.Fleet;

/// <summary>Which state may follow which, and on whose account. Everything that is not in the table is refused.</summary>
public static class Transitions
{
    private static readonly (DeviceState From, DeviceState To, Actor[] Actors)[] _table =
    [
        (DeviceState.Manufactured, DeviceState.Shipped,     [Actor.Factory, Actor.Operator]),
        (DeviceState.Manufactured, DeviceState.Revoked,     [Actor.Factory, Actor.Operator]),
        (DeviceState.Manufactured, DeviceState.Retired,     [Actor.Factory, Actor.Operator]),

        (DeviceState.Shipped,      DeviceState.Claimed,     [Actor.Owner]),
        (DeviceState.Shipped,      DeviceState.Quarantined, [Actor.Operator, Actor.Fleet]),
        (DeviceState.Shipped,      DeviceState.Revoked,     [Actor.Operator]),

        // A device retires itself by the signed receipt of its wipe.
        (DeviceState.Claimed,      DeviceState.Active,      [Actor.Device]),
        (DeviceState.Claimed,      DeviceState.Shipped,     [Actor.Owner]),
        (DeviceState.Claimed,      DeviceState.Quarantined, [Actor.Operator, Actor.Owner, Actor.Fleet]),
        (DeviceState.Claimed,      DeviceState.Revoked,     [Actor.Operator, Actor.Owner]),
        (DeviceState.Claimed,      DeviceState.Retired,     [Actor.Operator, Actor.Owner, Actor.Device]),

        (DeviceState.Active,       DeviceState.Shipped,     [Actor.Owner]), // given up: nobody's again
        (DeviceState.Active,       DeviceState.Quarantined, [Actor.Operator, Actor.Owner, Actor.Fleet]),
        (DeviceState.Active,       DeviceState.Revoked,     [Actor.Operator, Actor.Owner]),
        (DeviceState.Active,       DeviceState.Retired,     [Actor.Operator, Actor.Owner, Actor.Device]),

        // Release leads back to the state before the quarantine, no further: DeviceRegistry sees to that.
        (DeviceState.Quarantined,  DeviceState.Shipped,     [Actor.Operator]),
        (DeviceState.Quarantined,  DeviceState.Claimed,     [Actor.Operator]),
        (DeviceState.Quarantined,  DeviceState.Active,      [Actor.Operator]),
        (DeviceState.Quarantined,  DeviceState.Revoked,     [Actor.Operator, Actor.Owner]),
        (DeviceState.Quarantined,  DeviceState.Retired,     [Actor.Operator, Actor.Owner, Actor.Device]),

        (DeviceState.Revoked,      DeviceState.Retired,     [Actor.Operator]),
    ];

    /// <summary>Who may make this transition; empty when nobody may.</summary>
    public static IReadOnlyList<Actor> Actors(DeviceState from, DeviceState to)
    {
        return _table.FirstOrDefault(row => row.From == from && row.To == to).Actors ?? [];
    }
}

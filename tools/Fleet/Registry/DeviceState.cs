namespace DeviceFirmware.Fleet;

/// <summary>Where a device stands in its life, as the fleet sees it.</summary>
public enum DeviceState
{
    /// <summary>The station has made it; it may not connect.</summary>
    Manufactured = 0,

    /// <summary>It has left the factory; it may connect, and waits for an owner.</summary>
    Shipped,

    /// <summary>An owner has claimed it.</summary>
    Claimed,

    /// <summary>It works.</summary>
    Active,

    /// <summary>Kept away for a while; can come back to where it was.</summary>
    Quarantined,

    /// <summary>Its identity is worth nothing any more, for good.</summary>
    Revoked,

    /// <summary>Wiped or scrapped. The end.</summary>
    Retired,
}

/// <summary>On whose account something happens.</summary>
public enum Actor
{
    /// <summary>The factory: its station's records, its dispatch.</summary>
    Factory,

    /// <summary>A person who runs the fleet.</summary>
    Operator,

    /// <summary>The owner of the device.</summary>
    Owner,

    /// <summary>The device itself, over its authenticated connection. No API caller may speak as one.</summary>
    Device,

    /// <summary>This program, by a rule.</summary>
    Fleet,
}

namespace DeviceFirmware.Fleet;

/// <summary>What an API key may be used for; a key can have several.</summary>
[Flags]
public enum ApiRoles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Runs the fleet: lists devices, moves them between states, reads telemetry.</summary>
    Operator = 1,

    /// <summary>The factory: imports manifests, ships.</summary>
    Factory = 2,

    /// <summary>Publishes images and wants them on devices.</summary>
    Release = 4,

    /// <summary>Reads everything but telemetry, changes nothing.</summary>
    Auditor = 8,

    /// <summary>Every role.</summary>
    Any = Operator | Factory | Release | Auditor,
}

namespace DeviceFirmware.Fleet;

/// <summary>On whose account something happens, who that was, and from where: what each entry of the audit names.</summary>
/// <param name="Actor">The account.</param>
/// <param name="Identity">An API key (<c>key:ID</c>), a device (<c>device:ID</c>), or a part of this program (<c>fleet:NAME</c>).</param>
/// <param name="Address">The peer's address; <c>-</c> when there is none.</param>
public sealed record Account(Actor Actor, string Identity, string Address)
{
    /// <summary>This program itself, by one of its rules.</summary>
    public static Account Fleet(string rule)
    {
        return new Account(Actor.Fleet, "fleet:" + rule, "-");
    }

    /// <summary>A device, over its authenticated connection.</summary>
    public static Account Device(string id, string address)
    {
        return new Account(Actor.Device, "device:" + id, address);
    }

    /// <summary>A command on the server's own machine.</summary>
    public static Account Command(string name)
    {
        return new Account(Actor.Operator, "command:" + name, "-");
    }

    /// <summary>An actor of whom nothing else is known.</summary>
    public static implicit operator Account(Actor actor)
    {
        return new Account(actor, DeviceRegistry.Word(actor), "-");
    }
}

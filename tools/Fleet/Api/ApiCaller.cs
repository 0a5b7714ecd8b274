namespace DeviceFirmware.Fleet;

/// <summary>Who makes a request: an API key that holds, and from where. A handler takes it as a parameter.</summary>
/// <param name="Key">The key.</param>
/// <param name="Address">The peer's address without its port.</param>
public sealed partial record ApiCaller(ApiKey Key, string Address)
{
    /// <summary>True when the key's tenant has this device; a key without a tenant sees all.</summary>
    public bool Sees(Device device)
    {
        return Key.Tenant is null || device.Tenant == Key.Tenant;
    }

    /// <summary>Refuses what concerns the whole fleet to a tenant's key.</summary>
    public Refusal? NeedsWholeFleet()
    {
        return Key.Tenant is null ? null : new Refusal("tenant-refused", "this concerns every tenant; the key is one tenant's", 403);
    }

    /// <summary>For the audit: this key, on an actor's account.</summary>
    public Account As(Actor actor)
    {
        return new Account(actor, "key:" + Key.Id, Address);
    }

    /// <summary>Refuses an account that none of the key's roles has: the factory's takes the role factory, an operator's or owner's the role operator.</summary>
    public Refusal? MaySpeakFor(Actor actor)
    {
        ApiRoles needed = actor == Actor.Factory ? ApiRoles.Factory : ApiRoles.Operator;
        return (Key.Roles & needed) != 0 ? null : new Refusal("role-refused", $"to act as {DeviceRegistry.Word(actor)} takes the role {ApiRoleWords.Of(needed)}", 403);
    }

    /// <summary>May this key use a resource of these roles? Null, or why not; <see cref="ApiGuard"/> asks before every resource.</summary>
    public static Refusal? Admit(ApiKey? key, ApiRoles needed)
    {
        return key is null ? new Refusal("no-api-key", "the request carries no API key that holds", 401)
            : (key.Roles & needed) == 0 ? new Refusal("role-refused", $"this needs one of the roles {ApiRoleWords.Of(needed)}", 403)
            : null;
    }
}

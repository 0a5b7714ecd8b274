namespace DeviceFirmware.Fleet;

/// <summary>
/// Whose the variables of a document are. Each value is <c>[a-z0-9-]{1,32}</c>, in which nothing means anything in a pattern, or empty: then
/// there is none. A resource that names what is empty allows nothing.
/// </summary>
public sealed record PolicySubject
{
    /// <summary>Throws when a value is neither empty nor <c>[a-z0-9-]{1,32}</c>.</summary>
    public PolicySubject(string deviceId, string tenant = "", string product = "")
    {
        DeviceId = NameOrNone(deviceId, nameof(deviceId));
        Tenant = NameOrNone(tenant, nameof(tenant));
        Product = NameOrNone(product, nameof(product));
    }

    /// <summary>The longest values that there can be.</summary>
    internal static PolicySubject Longest { get; } = new(new string('x', Fleet.DeviceId.MaximumLength), new string('x', Fleet.DeviceId.MaximumLength), new string('x', Fleet.DeviceId.MaximumLength));

    /// <summary>The id that the certificate proves; empty for nobody.</summary>
    public string DeviceId { get; }

    /// <summary>Whose the device is; empty while it is nobody's.</summary>
    public string Tenant { get; }

    /// <summary>What it is to its tenant; empty when its record names no product.</summary>
    public string Product { get; }

    /// <summary>A device as the registry knows it. What stands there as its tenant and is no name is none.</summary>
    public static PolicySubject Of(Device device)
    {
        return new PolicySubject(device.Id, Tenants.IsValid(device.Tenant) ? device.Tenant : "", device.Product);
    }

    /// <summary>True while the device is what it was. Asked before every decision: allocates nothing.</summary>
    public bool Is(Device device)
    {
        return DeviceId == device.Id && Product == device.Product
            && (Tenant == device.Tenant || (Tenant.Length == 0 && !Bytes.Ascii.IsName(device.Tenant)));
    }

    private static string NameOrNone(string value, string name)
    {
        return value.Length == 0 || Bytes.Ascii.IsName(value) ? value : throw new ArgumentException("must be [a-z0-9-]{1,32}", name);
    }
}

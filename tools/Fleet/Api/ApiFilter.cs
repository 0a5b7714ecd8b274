using System.Diagnostics.CodeAnalysis;

namespace DeviceFirmware.Fleet;

/// <summary>A filter of devices from a request, narrowed to what the caller may see.</summary>
internal static class ApiFilter
{
    /// <summary>Most days ahead that an end is asked for.</summary>
    public const int MaximumDays = 366;

    private const int MaximumText = 64;

    public static bool TryRead(
        string? state,
        string? batch,
        string? tenant,
        string? version,
        string? search,
        ApiCaller caller,
        [NotNullWhen(true)] out DeviceFilter? filter,
        [NotNullWhen(false)] out Refusal? refusal)
    {
        filter = null;
        DeviceState parsed = default;
        refusal = state is not null && !DeviceRegistry.TryWord(state, out parsed) ? new Refusal("unknown-state", "there is no such state", 422)
            : new[] { batch, tenant, version, search }.Any(text => text?.Length > MaximumText)
                ? new Refusal("bad-filter", $"a filter has at most {MaximumText} characters", 422)
            : caller.Key.Tenant is not null && tenant is not null && tenant != caller.Key.Tenant
                ? new Refusal("tenant-refused", "the key is another tenant's", 403)
            : null;
        if (refusal is not null)
        {
            return false;
        }

        filter = new DeviceFilter
        {
            State = state is null ? null : parsed,
            Batch = batch,
            Tenant = caller.Key.Tenant ?? tenant,
            Version = version,
            Search = search,
        };
        return true;
    }
}

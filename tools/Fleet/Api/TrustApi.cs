using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>How far the fleet has come with a trust set: which is in force and which is tried, on how many devices.</summary>
internal sealed class TrustApi(DatabaseSource source) : IApiModule
{
    public void Map(ApiRoutes routes)
    {
        routes.Get("/trust", ApiRoles.Any, (ApiCaller caller) => Results.Ok(Count(caller.Key.Tenant)))
            .WithSummary("trust sets by number: on how many devices each is in force, and on how many it is tried");
    }

    private List<TrustCount> Count(string? tenant)
    {
        using FleetDatabase database = source.Open();
        IQueryable<Device> devices = database.Devices.AsNoTracking().Where(device => device.State != DeviceState.Retired && device.State != DeviceState.Revoked);
        devices = tenant is null ? devices : devices.Where(device => device.Tenant == tenant);
        var found = devices.GroupBy(device => new { device.Trust, device.TrustStaged })
            .Select(group => new { group.Key.Trust, group.Key.TrustStaged, Count = group.Count() }).ToList();
        return [.. found.SelectMany(row => new long?[] { row.Trust, row.TrustStaged is > 0 ? row.TrustStaged : row.Trust }).Distinct().Order().Select(number => new TrustCount(
            number,
            found.Where(row => row.Trust == number).Sum(row => row.Count),
            found.Where(row => row.TrustStaged is > 0 && row.TrustStaged == number).Sum(row => row.Count)))];
    }

    /// <summary>One set; its number is null for devices that have not said.</summary>
    private sealed record TrustCount(long? Number, int InForce, int Tried);
}

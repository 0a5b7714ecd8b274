using DeviceFirmware.Connect;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>
/// What a tenant has set ends with its right to the device: in the transaction that changes the tenant, whatever changes it. The next one finds a
/// version that sets nothing, which is sent until it is answered, so that what the former one set leaves the board too. The number never falls: the
/// board takes a higher one only.
/// </summary>
internal static class FormerSettings
{
    private const string None = "{}";

    /// <summary>Empties a device's settings; those that set nothing stay as they are.</summary>
    public static void End(FleetDatabase database, string deviceId, DateTime now)
    {
        DeviceSettings? before = database.Set<DeviceSettings>().AsNoTracking().FirstOrDefault(row => row.DeviceId == deviceId);
        if (before is null || (before.Members == None && before.Reason.Length == 0))
        {
            return;
        }

        // No version above it: the board keeps what it has, and nobody is shown it.
        long last = Math.Max(before.Version, before.InForce);
        bool isLast = last >= SettingsDocument.MaximumVersion;
        database.Set<DeviceSettings>().Where(row => row.DeviceId == deviceId).ExecuteUpdate(set => set
            .SetProperty(row => row.Version, isLast ? before.Version : last + 1)
            .SetProperty(row => row.Members, None)
            .SetProperty(row => row.SetAt, now)
            .SetProperty(row => row.AnsweredAt, isLast ? now : null)
            .SetProperty(row => row.Token, "")
            .SetProperty(row => row.Reason, ""));
    }
}

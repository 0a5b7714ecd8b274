using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Does one entry of the audit again in a database that is older. What gave something is left out: it is gone, and nothing comes back by that.
/// What took something away is done again; where the entry does not say how much, more is taken, never less.
/// </summary>
internal static class DoneAgain
{
    // Of certificate: one that is not in the registry is worth nothing; the board asks for another by its IDevID. Of settings: the fleet learns
    // from the board that its number is behind. Of token-rotated: no backup has a private key, so every key of a backup ends when its server starts (TokenKeys.Prepare).
    private static readonly string[] _gave = ["key-new", "rollout", "owner", "claim-opened", "claim-cancelled", "api-flood", "certificate", "database-behind", "loss-accepted", "settings", "token", "token-rotated", "restored"];

    public static void Do(FleetDatabase database, ChainEntry entry)
    {
        AuditBody body = AuditBody.Decode(entry.Body) ?? throw ToolFailure.Refused("audit-malformed", $"entry {entry.Sequence} is none of a fleet");
        DateTime at = DateTimeOffset.FromUnixTimeSeconds(entry.Time).UtcDateTime;
        Device? device = database.Devices.AsNoTracking().FirstOrDefault(row => row.Id == body.Device);
        switch (entry.Kind)
        {
            case "state" when device is not null && DeviceRegistry.TryWord(body.To, out DeviceState to):
                Device moved = Moved(database, device, to, body, at);
                database.Update(moved);
                if (moved.Tenant != device.Tenant || !PolicyTable.MayConnect(to))
                {
                    DeviceRegistry.EndLocals(database, [device.Id], body.To, at);
                }

                if (moved.Tenant != device.Tenant)
                {
                    FormerSettings.End(database, device.Id, at);
                }

                break;
            case "tenant" when device is not null:
                // To whom, stands outside the chain: nobody's, so that the former one has lost it.
                database.Update(DeviceRegistry.Freed(device));
                DeviceRegistry.EndLocals(database, [device.Id], "another tenant", at);
                FormerSettings.End(database, device.Id, at);
                break;
            case "certificate-ended" when device is not null:
                // Which, stands outside the chain: all of them; the device fetches another by its IDevID.
                database.Update(device with { OperationalEndsAt = null });
                DeviceRegistry.EndLocals(database, [device.Id], "ended", at);
                break;
            case "details-erased" when device is not null:
                Erase(database, device);
                break;
            case "key-revoked":
                // Which, stands outside the chain: every key of the backup.
                database.Set<ApiKey>().Where(key => key.RevokedAt == null).ExecuteUpdate(set => set.SetProperty(key => key.RevokedAt, at));
                break;
            case var kind when _gave.Contains(kind):
                break;
            default:
                throw ToolFailure.Refused(
                    "cannot-do-again",
                    $"entry {entry.Sequence} ({entry.Kind} of '{body.Device}') is not in the backup and its content is not in the audit: restore a backup from behind it");
        }

        database.Add(new AuditRow { Sequence = entry.Sequence, At = at, DeviceId = body.Device, Tenant = device?.Tenant ?? "", Encoded = entry.Encoded });
    }

    private static Device Moved(FleetDatabase database, Device device, DeviceState to, AuditBody body, DateTime at)
    {
        Device moved = DeviceRegistry.Moved(device, to, DeviceRegistry.TryWord(body.Actor, out Actor actor) ? actor : Actor.Fleet, "restored from the audit", at);
        return device.State == DeviceState.Shipped && to == DeviceState.Claimed ? moved with { Tenant = Claimant(database, body.Identity), Owner = null } : moved;
    }

    // The claim was made with a tenant's key. One that was made after the backup is not in it: then the device is nobody's until somebody assigns it.
    private static string Claimant(FleetDatabase database, string identity)
    {
        const string Key = "key:";
        string id = identity.StartsWith(Key, StringComparison.Ordinal) ? identity[Key.Length..] : "";
        return database.Set<ApiKey>().AsNoTracking().FirstOrDefault(key => key.Id == id)?.Tenant ?? "";
    }

    private static void Erase(FleetDatabase database, Device device)
    {
        database.Set<AuditDetail>().Where(detail => detail.DeviceId == device.Id).ExecuteDelete();
        database.Set<Owner>().Where(owner => owner.Reference == device.Owner).ExecuteDelete();
        database.Update(device with { Owner = null });
    }
}

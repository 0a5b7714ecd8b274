using System.Globalization;
using DeviceFirmware.Tools;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Fills an empty registry with devices that never were, to see how it behaves when it is large: batches of 10,000, 50 tenants, 5 versions,
/// one in a hundred quarantined and one revoked; the active ones work under operational certificates of 30 days, none of them due for long. All keys' and
/// certificates' hashes are nobody's.
/// </summary>
internal static class Seed
{
    /// <summary>Most devices.</summary>
    public const int Maximum = 10_000_000;

    private const string Columns = """
        "Id", "HardwareId", "PublicKeyHash", "CertificateSha256", "Batch", "Line", "Station", "Operator", "FirmwareVersion", "ManufacturedAt", "Profile",
        "Posture", "ProfileException", "State", "StateBefore", "StateReason", "StateActor", "StateAt", "Tenant", "LastContact", "ReportedVersion",
        "LastEvent", "LastVerdict", "LastReason", "Rollout", "RolloutToken", "RolloutReason", "OperationalSha256", "OperationalEndsAt"
        """;

    private const string States = """
        CASE WHEN n % 100 = 0 THEN 'Revoked' WHEN n % 100 = 1 THEN 'Quarantined' WHEN n % 100 < 10 THEN 'Shipped' ELSE 'Active' END
        """;

    public static void Fill(DatabaseSource source, int count)
    {
        using FleetDatabase database = source.Open();
        database.Database.SetCommandTimeout(TimeSpan.FromMinutes(30));
        if (database.Devices.Any())
        {
            throw ToolFailure.Refused("not-empty", "the registry has devices: seed another data directory");
        }

        string sql = source.IsPostgres
            ? Insert(
                "FROM generate_series(1, {0}) AS n",
                number => $"lpad(to_hex({number}), 64, '0')",
                "lpad(n::text, 8, '0')",
                "timestamptz '2026-01-01 00:00:00Z'",
                "date_trunc('second', now()) + (240 + n % 480) * interval '1 hour'")
            : "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < {0}) " + Insert(
                "FROM numbers",
                number => $"printf('%064x', {number})",
                "printf('%08d', n)",
                "'2026-01-01 00:00:00'",
                "datetime('now', (240 + n % 480) || ' hours')");
        string certificates = """
            INSERT INTO "Certificates" ("Sha256", "DeviceId", "PublicKeyHash", "Kind", "RegisteredAt", "EndReason")
            SELECT "CertificateSha256", "Id", "PublicKeyHash", 'Idevid', "ManufacturedAt", '' FROM "Devices"
            """;
        string issued = source.IsPostgres ? "\"OperationalEndsAt\" - interval '30 days'" : "datetime(\"OperationalEndsAt\", '-30 days')";
        string locals = $"""
            INSERT INTO "Certificates" ("Sha256", "DeviceId", "PublicKeyHash", "Kind", "RegisteredAt", "ShownAt", "NotAfter", "Tenant", "EndReason")
            SELECT "OperationalSha256", "Id", "OperationalSha256", 'Ldevid', {issued}, {issued}, "OperationalEndsAt", "Tenant", ''
            FROM "Devices" WHERE "OperationalSha256" <> ''
            """;
        using var transaction = database.Database.BeginTransaction();
        database.Database.ExecuteSqlRaw(sql, count);
        database.Database.ExecuteSqlRaw(certificates);
        database.Database.ExecuteSqlRaw(locals);
        new AuditWriter(database).Append(
            new AuditFact { Kind = "seed", Who = Account.Command("seed"), Reason = count.ToString(CultureInfo.InvariantCulture) }, DateTime.UtcNow);
        database.SaveChanges();
        transaction.Commit();
        database.Database.ExecuteSqlRaw("ANALYZE");
    }

    private static string Insert(string from, Func<string, string> hash, string digits, string time, string ends)
    {
        return $"""
            INSERT INTO "Devices" ({Columns})
            SELECT 'seed-' || {digits}, 'hw-' || {digits}, {hash("n * 2")}, {hash("n * 2 + 1")}, 'seed-' || (n / 10000), 'line-1', 'station-1', 'seed', '1.0.0',
                {time}, '', '', '', {States}, CASE WHEN n % 100 = 1 THEN 'Active' END, 'seeded', 'Operator', {time}, 'tenant-' || (n % 50), {time},
                '1.' || (n % 5) || '.0+0', 'online', '', '', 'None', '', '',
                CASE WHEN n % 100 >= 10 THEN {hash("n + 1099511627776")} ELSE '' END, CASE WHEN n % 100 >= 10 THEN {ends} END
            {from}
            """;
    }
}

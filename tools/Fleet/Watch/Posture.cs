using System.Text.Json;
using DeviceFirmware.Tools;
using Microsoft.EntityFrameworkCore;

namespace DeviceFirmware.Fleet;

/// <summary>One weakness: what, how many, and the first of them.</summary>
/// <param name="Token">Which.</param>
/// <param name="Text">What it means.</param>
/// <param name="Count">How many devices, certificates or statements.</param>
/// <param name="Sample">The first of them.</param>
public sealed record Finding(string Token, string Text, int Count, IReadOnlyList<string> Sample);

/// <summary>What is weak in the fleet, found by looking at what the registry has: nobody is asked, nothing is changed.</summary>
public sealed class Posture(DatabaseSource source, PolicySet policies, TimeProvider time)
{
    private const int SampleSize = 20;
    private static readonly TimeSpan _soon = TimeSpan.FromDays(30);

    /// <summary>The findings, of a tenant or of all; none when all is well.</summary>
    public IReadOnlyList<Finding> Report(string? tenant)
    {
        using FleetDatabase database = source.Open();
        List<Finding> findings = [];
        Add(findings, "shared-key", "one key in certificates of several devices: whoever has one of them is all of them", SharedKeys(database, tenant));
        Add(findings, "expiring-certificate", $"the certificate ends within {_soon.TotalDays:0} days, or has ended", Expiring(database, tenant));
        Add(findings, "renewal-overdue", "less than a sixth of the operational certificate's life is left, or nothing: the board has not renewed it", new RenewalWatch(source, time).Overdue(tenant));
        Add(findings, "unregistered-certificate", "a certificate of our factory that the registry does not have tried to connect", Unregistered(database, tenant));
        Add(findings, "broad-policy", "the statement allows something that does not depend on who asks", tenant is null ? Broad() : []);
        Boards(database, tenant, findings);
        return findings;
    }

    private static void Add(List<Finding> findings, string token, string text, IReadOnlyList<string> found)
    {
        if (found.Count > 0)
        {
            findings.Add(new Finding(token, text, found.Count, [.. found.Take(SampleSize)]));
        }
    }

    private static IQueryable<Device> Devices(FleetDatabase database, string? tenant)
    {
        IQueryable<Device> devices = database.Devices.AsNoTracking().Where(device => device.State != DeviceState.Retired && device.State != DeviceState.Revoked);
        return tenant is null ? devices : devices.Where(device => device.Tenant == tenant);
    }

    private static List<string> SharedKeys(FleetDatabase database, string? tenant)
    {
        List<string> keys = [.. database.Certificates.AsNoTracking()
            .GroupBy(certificate => certificate.PublicKeyHash)
            .Where(group => group.Select(certificate => certificate.DeviceId).Distinct().Count() > 1)
            .Select(group => group.Key)];
        IQueryable<string> ids = Devices(database, tenant).Select(device => device.Id);
        return [.. database.Certificates.AsNoTracking().Where(c => keys.Contains(c.PublicKeyHash) && ids.Contains(c.DeviceId)).Select(c => c.DeviceId).Distinct()];
    }

    private List<string> Expiring(FleetDatabase database, string? tenant)
    {
        DateTime until = time.GetUtcNow().UtcDateTime + _soon;
        IQueryable<string> ids = Devices(database, tenant).Select(device => device.Id);
        return [.. database.Certificates.AsNoTracking()
            .Where(c => c.Kind == CertificateKind.Idevid && c.NotAfter != null && c.NotAfter < until && c.EndedAt == null && ids.Contains(c.DeviceId))
            .Select(c => c.DeviceId).Distinct()];
    }

    private static List<string> Unregistered(FleetDatabase database, string? tenant)
    {
        string[] tokens = ["unknown-device", "key-differs", "certificate-differs"];
        IQueryable<Denial> denials = database.Set<Denial>().AsNoTracking().Where(denial => tokens.Contains(denial.Token));
        if (tenant is not null)
        {
            IQueryable<string> ids = Devices(database, tenant).Select(device => device.Id);
            denials = denials.Where(denial => ids.Contains(denial.Identity));
        }

        return [.. denials.Select(denial => denial.Identity).Distinct()];
    }

    private List<string> Broad()
    {
        return [.. policies.Editions.SelectMany(edition => edition.Document.Statements)
            .Select((statement, i) => (Statement: statement, Number: i + 1))
            .Where(item => item.Statement.Effect == PolicyEffect.Allow
                && item.Statement.Resources.Any(resource => !resource.NamesSubject))
            .Select(item => $"statement {item.Number}")];
    }

    private static void Boards(FleetDatabase database, string? tenant, List<Finding> findings)
    {
        List<string> unlocked = [];
        List<string> unknown = [];
        foreach (var device in Devices(database, tenant).Select(device => new { device.Id, device.Posture }))
        {
            if (device.Posture.Length == 0)
            {
                unknown.Add(device.Id);
                continue;
            }

            using JsonDocument document = JsonDocument.Parse(device.Posture);
            if (BoardPosture.Decode(document.RootElement, out _) is not { } found || found.SecureBoot != "v2" || found.FlashEncryption != "release"
                || found.Jtag != "off" || found.Debugger != "silent")
            {
                unlocked.Add(device.Id);
            }
        }

        Add(findings, "unlocked-board", "secure boot, flash encryption or debuggers are not as the production profile wants them", unlocked);
        Add(findings, "posture-unknown", "nobody has looked at the board: it counts as unlocked", unknown);
    }
}

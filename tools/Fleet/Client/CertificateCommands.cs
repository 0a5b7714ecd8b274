using System.CommandLine;

namespace DeviceFirmware.Fleet;

/// <summary><c>fleet certificate list|end</c>: the certificates of a device's life.</summary>
internal static class CertificateCommands
{
    public static Command Create()
    {
        Option<string> sha256 = new("--sha256") { Required = true, Description = "which: SHA-256 of its DER, as 'certificate list' gives it" };
        Option<string> reason = new("--reason") { Required = true, Description = "why, for the audit; at most 256 characters" };
        return new Command("certificate", "the certificates of a device's life: IDevID and operational ones")
        {
            ClientCommands.DeviceVerb("list", "which is in use, when each ends, and when its renewal is due", [], [], async (api, path, _) =>
                ClientCommands.Table(await api.GetAsync(path + "/certificates"), "kind", "inUse", "tenant", "registeredAt", "shownAt", "renewalDueAt", "notAfter", "endedAt", "endReason", "sha256")),
            ClientCommands.DeviceVerb("end", "ends one operational certificate, such as one whose key was copied; the device comes back by its IDevID and gets another", [], [sha256, reason], async (api, path, parsed) =>
                ClientCommands.Json(await api.PostAsync(path + "/certificates/end", new Dictionary<string, string>
                {
                    ["sha256"] = parsed.GetRequiredValue(sha256),
                    ["reason"] = parsed.GetRequiredValue(reason),
                }))),
        };
    }
}

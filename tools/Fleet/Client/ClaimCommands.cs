using System.CommandLine;
using System.Security.Cryptography;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary><c>fleet claim</c>: devices get their owners, and leave them.</summary>
internal static class ClaimCommands
{
    private const int MaximumSecret = 256;

    public static Command Create()
    {
        Option<string> secret = new("--secret-file") { Required = true, Description = "file with the claim secret of the label, as printed or as its code reads (DF1:…); never on the command line" };
        Option<string> tenant = new("--tenant") { Required = true, Description = "who gets it, [a-z0-9-]{1,32}" };
        Argument<string> shown = new("code") { Description = "the claim's code, as 'claim open' gives it" };
        Argument<string> cancelled = new("code") { Description = "the claim's code" };
        return new Command("claim", "makes a device the key's tenant's: the label's secret opens a claim, the device's button completes it")
        {
            ClientCommands.DeviceVerb("open", "opens a claim, for ten minutes; then press the button of the device", [], [secret], (api, path, parsed) =>
                OpenAsync(api, path[(path.LastIndexOf('/') + 1)..], parsed.GetRequiredValue(secret))),
            ClientCommands.Verb("show", "how far a claim has come", [shown], [], async (api, parsed) =>
                ClientCommands.Json(await api.GetAsync("claims/" + Uri.EscapeDataString(parsed.GetRequiredValue(shown))))),
            ClientCommands.Verb("cancel", "calls a claim off", [cancelled], [], async (api, parsed) =>
                ClientCommands.Json(await api.PostAsync($"claims/{Uri.EscapeDataString(parsed.GetRequiredValue(cancelled))}/cancel", new Dictionary<string, string>()))),
            ClientCommands.DeviceVerb("release", "gives a device up: it is nobody's and can be claimed again", [], [], async (api, path, _) =>
                ClientCommands.Json(await api.PostAsync(path + "/disown", new Dictionary<string, string>()))),
            ClientCommands.DeviceVerb("transfer", "gives a device to another tenant", [], [tenant], async (api, path, parsed) =>
                ClientCommands.Json(await api.PostAsync(path + "/transfer", new Dictionary<string, string> { ["tenant"] = parsed.GetRequiredValue(tenant) }))),
        };
    }

    // Of a label's code the claim secret alone leaves this machine.
    private static async Task<string> OpenAsync(ApiClient api, string device, string file)
    {
        byte[] text = WholeFile.Read(file, MaximumSecret);
        byte[] secret = ClaimSecret.OfLabel(text).ToArray();
        try
        {
            return ClientCommands.Json(await api.PostAsync("claims/" + device, secret, "application/octet-stream"));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(text);
            CryptographicOperations.ZeroMemory(secret);
        }
    }
}

using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using DeviceFirmware.Commands;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>The commands that call the API of a running server. Each is one call, printed.</summary>
internal static class ClientCommands
{
    private static readonly JsonSerializerOptions _indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Option<string> _api = new("--api")
    {
        Required = true,
        Recursive = true,
        Description = "address of the server's API, such as https://localhost:8080",
    };

    private static readonly Option<string> _tokenFile = new("--token-file")
    {
        Required = true,
        Recursive = true,
        Description = "file with an API key, as 'fleet key new' writes it",
    };

    public static IEnumerable<Command> Create()
    {
        Argument<string> manifest = new("manifest") { Description = "JSON array of manufacturing records, at most 4 MB" };
        yield return Verb("import", "registers the devices of a factory manifest; all or none", [manifest], [], async (api, parsed) =>
            Json(await api.PostAsync("devices/import", WholeFile.Read(parsed.GetRequiredValue(manifest), StationManifest.MaximumBytes), "application/json")));

        Option<string?> state = new("--state") { Description = "only devices in this state" };
        Option<string?> batch = new("--batch") { Description = "only devices of this batch" };
        Option<string?> tenant = new("--tenant") { Description = "only devices of this tenant" };
        Option<string?> version = new("--version") { Description = "only devices that reported this version last" };
        Option<string?> search = new("--search") { Description = "only devices whose id begins so, or with this hardware id, key hash or certificate hash" };
        Option<string?> afterId = new("--after") { Description = "only devices after this id: the next page" };
        Option<int?> endsWithin = new("--ends-within") { Description = "only devices whose operational certificate in use ends within so many days, 0 to 366, or has ended" };
        yield return Verb("list", "lists devices, at most 1000", [], [state, batch, tenant, version, search, endsWithin, afterId], async (api, parsed) =>
            Table(await api.GetAsync("devices" + Query(
                ("state", parsed.GetValue(state)), ("batch", parsed.GetValue(batch)), ("tenant", parsed.GetValue(tenant)),
                ("version", parsed.GetValue(version)), ("search", parsed.GetValue(search)), ("endsWithin", parsed.GetValue(endsWithin)?.ToString(System.Globalization.CultureInfo.InvariantCulture)), ("after", parsed.GetValue(afterId)))),
                "id", "state", "connected", "reportedVersion", "rollout", "batch", "tenant", "lastContact", "certificateUntil"));

        yield return DeviceVerb("show", "shows a device", [], async (api, path, _) => Json(await api.GetAsync(path)));
        yield return DeviceVerb("telemetry", "shows a device's last telemetry", [], async (api, path, _) => Json(await api.GetAsync(path + "/telemetry")));

        Option<string> shipReason = Reason("shipped");
        yield return DeviceVerb("ship", "marks a device as shipped: it may connect, and be claimed", [shipReason], (api, path, parsed) =>
            ChangeStateAsync(api, path, "shipped", parsed.GetRequiredValue(shipReason)));
        foreach ((string verb, string to, string meaning) in new[]
        {
            ("revoke", "revoked", "revokes a device for good and ends its connection"),
            ("quarantine", "quarantined", "keeps a device away until released and ends its connection"),
            ("retire", "retired", "retires a device for good"),
        })
        {
            Option<string> reason = Reason(null);
            yield return DeviceVerb(verb, meaning, [reason], (api, path, parsed) =>
                ChangeStateAsync(api, path, to, parsed.GetRequiredValue(reason)));
        }

        Option<string> toTenant = new("--tenant") { Required = true, Description = "name of the tenant, [a-z0-9-]{1,32}; empty for nobody" };
        yield return DeviceVerb("assign", "gives a device to a tenant", [toTenant], async (api, path, parsed) =>
            Json(await api.PostAsync(path + "/tenant", Members(("tenant", parsed.GetRequiredValue(toTenant))))));

        Option<string> ownerName = new("--name") { Required = true, Description = "the owner's name; at most 128 characters" };
        Option<string> contact = new("--contact") { Required = true, Description = "how to reach the owner; at most 128 characters" };
        Argument<string> reference = new("reference") { Description = "the owner's reference, as 'owner set' and 'show' give it" };
        Argument<string> erased = new("reference") { Description = "the owner's reference" };
        yield return new Command("owner", "the persons behind devices: named here and nowhere else")
        {
            DeviceVerb("set", "notes the owner of a device", [ownerName, contact], async (api, path, parsed) =>
                Json(await api.PostAsync(path + "/owner", Members(("name", parsed.GetRequiredValue(ownerName)), ("contact", parsed.GetRequiredValue(contact)))))),
            Verb("export", "everything that is stored about an owner", [reference], [], async (api, parsed) =>
                Json(await api.GetAsync("owners/" + Uri.EscapeDataString(parsed.GetRequiredValue(reference))))),
            Verb("erase", "erases an owner; devices and the audit's chain stay", [erased], [], async (api, parsed) =>
                Json(await api.PostAsync($"owners/{Uri.EscapeDataString(parsed.GetRequiredValue(erased))}/erase", new Dictionary<string, string>()))),
        };

        Option<string> releaseReason = Reason("released");
        yield return DeviceVerb("release", "ends a quarantine: back to the state before it", [releaseReason], async (api, path, parsed) =>
            Json(await api.PostAsync(path + "/release", Members(("reason", parsed.GetRequiredValue(releaseReason)), ("actor", "operator")))));

        Argument<string> file = new("file") { Description = "MCUboot image, at most 1 MB" };
        yield return new Command("image", "the image store")
        {
            Verb("add", "stores an image that can be offered", [file], [], async (api, parsed) =>
                Json(await api.PostAsync("images", WholeFile.Read(parsed.GetRequiredValue(file), ImageStore.MaximumLength), "application/octet-stream"))),
        };

        yield return OrderCommands.Create();
        yield return LedgerCommands.Create();
        yield return ClaimCommands.Create();
        yield return CertificateCommands.Create();
        yield return SettingsCommands.Create();

        Option<string> order = new("--order") { Required = true, Description = "signed order to update (keys order sign update); its image must be stored" };
        yield return new Command("rollout", "wanted images")
        {
            DeviceVerb("set", "wants the order's image on a device and carries the order there", [order], async (api, path, parsed) =>
                Json(await api.PostAsync(path + "/rollout", WholeFile.Read(parsed.GetRequiredValue(order), Order.MaximumSize), "application/octet-stream"))),
        };

        Option<string?> ofDevice = new("--device") { Description = "only this device" };
        Option<string> entries = new("--out") { Required = true, Description = "new file for the entries" };
        Option<string> head = new("--head") { Required = true, Description = "new file for the signed head" };
        yield return new Command("audit", "the audit: who did what, in a chain that cannot be changed unnoticed past a head that somebody else holds")
        {
            Verb("list", "lists it, at most 1000 entries", [], [ofDevice], async (api, parsed) =>
                Table(await api.GetAsync("audit" + Query(("device", parsed.GetValue(ofDevice)))),
                    "number", "at", "kind", "deviceId", "actor", "identity", "address", "from", "to", "reason")),
            Verb("export", "writes the entries and a signed head of them: to be kept elsewhere", [], [entries, head], async (api, parsed) =>
            {
                WholeFile.Write(parsed.GetRequiredValue(head), await api.DownloadAsync("audit/head"), overwrite: false);
                WholeFile.Write(parsed.GetRequiredValue(entries), await api.DownloadAsync("audit/entries"), overwrite: false);
                return $"exported {parsed.GetRequiredValue(entries)} {parsed.GetRequiredValue(head)}";
            }),
            AuditCommand.CreateVerify(),
        };

        Option<long> after = new("--after") { Description = "only decisions after this number; default 0", DefaultValueFactory = _ => 0 };
        yield return Verb("log", "prints the server's last decisions as JSON, at most 10000", [], [after], async (api, parsed) =>
            Json(await api.GetAsync($"log?after={parsed.GetRequiredValue(after)}")));
    }

    internal static Command Verb(
        string name, string description, IEnumerable<Argument> arguments, IEnumerable<Option> options, Func<ApiClient, ParseResult, Task<string>> call)
    {
        Command command = new(name, description) { _api, _tokenFile };
        foreach (Argument argument in arguments)
        {
            command.Add(argument);
        }

        foreach (Option option in options)
        {
            command.Add(option);
        }

        command.SetAction(async (parsed, _) =>
        {
            using ApiClient api = new(parsed.GetRequiredValue(_api), parsed.GetRequiredValue(_tokenFile));
            Console.Out.WriteLine(await call(api, parsed));
            return 0;
        });
        return command;
    }

    private static Command DeviceVerb(string name, string description, IEnumerable<Option> options, Func<ApiClient, string, ParseResult, Task<string>> call)
    {
        return DeviceVerb(name, description, [], options, call);
    }

    internal static Command DeviceVerb(
        string name, string description, IEnumerable<Argument> arguments, IEnumerable<Option> options, Func<ApiClient, string, ParseResult, Task<string>> call)
    {
        Argument<string> id = new("id") { Description = "device id, [a-z0-9-]{1,32}" };
        return Verb(name, description, [id, .. arguments], options, (api, parsed) =>
        {
            string device = parsed.GetRequiredValue(id);
            return DeviceId.IsValid(device)
                ? call(api, "devices/" + device, parsed)
                : throw ToolFailure.BadInput("a device id is [a-z0-9-]{1,32}");
        });
    }

    private static Option<string> Reason(string? standard)
    {
        Option<string> option = new("--reason") { Description = "why, for the audit; at most 256 characters", Required = standard is null };
        if (standard is not null)
        {
            option.DefaultValueFactory = _ => standard;
        }

        return option;
    }

    private static async Task<string> ChangeStateAsync(ApiClient api, string path, string state, string reason)
    {
        return Json(await api.PostAsync(path + "/state", Members(("state", state), ("reason", reason), ("actor", "operator"))));
    }

    private static Dictionary<string, string> Members(params (string Name, string Value)[] members)
    {
        return members.ToDictionary(member => member.Name, member => member.Value);
    }

    internal static string Query(params (string Name, string? Value)[] members)
    {
        string query = string.Join('&', members.Where(m => m.Value is not null).Select(m => $"{m.Name}={Uri.EscapeDataString(m.Value!)}"));
        return query.Length == 0 ? "" : "?" + query;
    }

    internal static string Json(JsonElement answer)
    {
        return JsonSerializer.Serialize(answer, _indented);
    }

    // Columns as wide as their widest value; control characters of others do not reach the terminal.
    internal static string Table(JsonElement rows, params string[] columns)
    {
        List<string[]> lines = [columns];
        foreach (JsonElement row in rows.EnumerateArray())
        {
            lines.Add([.. columns.Select(column => row.TryGetProperty(column, out JsonElement value) ? ToolFailure.OneLine(value.ToString()) : "")]);
        }

        int[] widths = [.. columns.Select((_, i) => lines.Max(line => line[i].Length))];
        return string.Join(Environment.NewLine, lines.Select(line => string.Join("  ", line.Select((cell, i) => cell.PadRight(widths[i]))).TrimEnd()));
    }
}

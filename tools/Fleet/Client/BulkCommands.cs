using System.CommandLine;
using System.Text.Json;

namespace DeviceFirmware.Fleet;

/// <summary>Commands about many devices: <c>bulk</c>, <c>drill</c>, <c>posture</c>, <c>trust</c>, <c>denials</c>, <c>anomalies</c>.</summary>
internal static class BulkCommands
{
    public static IEnumerable<Command> Create()
    {
        Command bulk = new("bulk", "quarantines, revokes or releases by filter: without --confirm it only says what would happen");
        foreach ((string kind, string meaning) in new[]
        {
            ("quarantine", "keeps the devices away until released; 'bulk release --operation' undoes exactly this"),
            ("revoke", "revokes the devices for good: there is no way back"),
            ("release", "ends quarantines: each device back to the state before it"),
        })
        {
            bulk.Add(Change(kind, kind, meaning, rehearse: false));
        }

        yield return bulk;
        yield return Change("drill", "quarantine", "rehearses a quarantine: everything is done in the database and rolled back; says how long it took and who would be cut off", rehearse: true);
        yield return ClientCommands.Verb("posture", "what is weak: shared keys, unregistered or expiring certificates, broad policies, unlocked boards", [], [], async (api, _) =>
            ClientCommands.Json(await api.GetAsync("posture")));
        yield return ClientCommands.Verb("trust", "how far the fleet has come with a trust set: on how many devices each is in force, and on how many it is tried", [], [], async (api, _) =>
            ClientCommands.Table(await api.GetAsync("trust"), "number", "inForce", "tried"));
        Option<string?> identity = new("--identity") { Description = "only of this device, key or subject" };
        Option<long> after = new("--after") { Description = "only after this number; default 0", DefaultValueFactory = _ => 0 };
        yield return ClientCommands.Verb("denials", "what was denied, at most 1000", [], [identity, after], async (api, parsed) =>
            ClientCommands.Table(
                await api.GetAsync("denials" + ClientCommands.Query(("identity", parsed.GetValue(identity)), ("after", $"{parsed.GetRequiredValue(after)}"))),
                "number", "at", "action", "identity", "address", "resource", "token", "statement", "reason"));
        Option<long> anomaliesAfter = new("--after") { Description = "only after this number; default 0", DefaultValueFactory = _ => 0 };
        yield return ClientCommands.Verb("anomalies", "what was noticed, at most 1000", [], [anomaliesAfter], async (api, parsed) =>
            ClientCommands.Table(
                await api.GetAsync($"anomalies?after={parsed.GetRequiredValue(anomaliesAfter)}"), "number", "at", "kind", "deviceId", "address", "quarantined", "text"));
    }

    private static Command Change(string name, string kind, string description, bool rehearse)
    {
        Option<string> state = Filter("--state", "only devices in this state");
        Option<string> batch = Filter("--batch", "only devices of this batch");
        Option<string> tenant = Filter("--tenant", "only devices of this tenant");
        Option<string> version = Filter("--version", "only devices that reported this version last");
        Option<string> reason = new("--reason") { Required = !rehearse, DefaultValueFactory = _ => "drill", Description = "why, for the audit; at most 224 characters" };
        Option<string> operation = Filter("--operation", "only what the operation of this name has quarantined");
        Option<string> confirm = Filter("--confirm", "the digest that the preview has shown: does it");
        List<Option> options = [state, batch, tenant, version, reason];
        if (kind == "release")
        {
            options.Add(operation);
        }

        if (!rehearse)
        {
            options.Add(confirm);
        }

        return ClientCommands.Verb(name, description, [], options, async (api, parsed) =>
        {
            JsonElement answer = await api.PostAsync("devices/bulk", new Dictionary<string, string>
            {
                ["state"] = parsed.GetRequiredValue(state),
                ["batch"] = parsed.GetRequiredValue(batch),
                ["tenant"] = parsed.GetRequiredValue(tenant),
                ["version"] = parsed.GetRequiredValue(version),
                ["kind"] = kind,
                ["reason"] = parsed.GetRequiredValue(reason),
                ["operation"] = kind == "release" ? parsed.GetRequiredValue(operation) : "",
                ["confirm"] = rehearse ? "" : parsed.GetRequiredValue(confirm),
                ["rehearse"] = rehearse ? "yes" : "",
            });
            return ClientCommands.Json(answer);
        });
    }

    private static Option<string> Filter(string name, string description)
    {
        return new Option<string>(name) { Description = description, DefaultValueFactory = _ => "" };
    }
}

using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace DeviceFirmware.Fleet;

/// <summary>
/// The documents of Mosquitto's dynamic security: the file it starts with, made anew from the registry at every start, and the commands on
/// its control topic. A client of a device is bound to its client id and has one role, its own. A device that may not connect has no client:
/// a disabled one came back (2.0.11).
/// </summary>
internal sealed class DynamicSecurity(PolicySet policies)
{
    internal const string ControlTopic = "$CONTROL/dynamic-security/v1";

    /// <summary>The fleet's own name: no device id has a '$', so no certificate of a device can be it.</summary>
    internal string OwnName { get; } = "$fleet-" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));

    /// <summary>The fleet's own password, for one run.</summary>
    internal byte[] OwnPassword { get; } = [.. Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)).Select(c => (byte)c)];

    /// <summary>Why some document cannot be said to Mosquitto; null when all can.</summary>
    internal string? Problem()
    {
        return policies.Editions.Select(edition =>
            MosquittoRights.Problem(edition.Document) is { } problem ? $"{edition.Label}: {problem}" : null).FirstOrDefault(p => p is not null);
    }

    /// <summary>The whole file.</summary>
    internal JsonObject File(IEnumerable<Device> devices)
    {
        byte[] salt = RandomNumberGenerator.GetBytes(12);
        const int Iterations = 20_000;
        JsonArray clients =
        [
            new JsonObject
            {
                ["username"] = OwnName,
                ["clientid"] = OwnName,
                ["password"] = Convert.ToBase64String(Rfc2898DeriveBytes.Pbkdf2(OwnPassword, salt, Iterations, HashAlgorithmName.SHA512, 64)),
                ["salt"] = Convert.ToBase64String(salt),
                ["iterations"] = Iterations,
                ["roles"] = Roles(OwnName),
            },
        ];
        JsonArray roles = [new JsonObject { ["rolename"] = OwnName, ["acls"] = OwnAcls() }];
        foreach (Device device in devices)
        {
            PolicyKind kind = PolicyTable.Settled(device);
            if (kind != PolicyKind.None)
            {
                clients.Add(Client(device.Id));
                roles.Add(new JsonObject { ["rolename"] = device.Id, ["acls"] = Acls(kind, PolicySubject.Of(device)) });
            }
        }

        return new JsonObject
        {
            ["defaultACLAccess"] = new JsonObject { ["publishClientSend"] = false, ["publishClientReceive"] = false, ["subscribe"] = false, ["unsubscribe"] = true },
            ["clients"] = clients,
            ["groups"] = new JsonArray(),
            ["roles"] = roles,
        };
    }

    /// <summary>Takes a device's client, which ends its connection. Alone, since the plugin writes its whole file at each change: nobody is to wait for the rest.</summary>
    internal static JsonArray Take(string deviceId)
    {
        // A client that is not there cannot be deleted, and its connection would stay: it is made first.
        return
        [
            new JsonObject { ["command"] = "createClient", ["username"] = deviceId },
            new JsonObject { ["command"] = "deleteClient", ["username"] = deviceId },
        ];
    }

    /// <summary>Gives a device that was taken everything what it may have as the registry knows it now; null: nothing.</summary>
    internal JsonArray Give(string deviceId, Device? device)
    {
        JsonArray commands = [new JsonObject { ["command"] = "deleteRole", ["rolename"] = deviceId }];
        PolicyKind kind = PolicyTable.Settled(device);
        if (kind != PolicyKind.None)
        {
            commands.Add(new JsonObject { ["command"] = "createRole", ["rolename"] = deviceId, ["acls"] = Acls(kind, PolicySubject.Of(device!)) });
            JsonObject create = Client(deviceId);
            create["command"] = "createClient";
            commands.Add(create);
        }

        return commands;
    }

    private static JsonArray Roles(string name)
    {
        return [new JsonObject { ["rolename"] = name }];
    }

    private static JsonObject Client(string deviceId)
    {
        return new JsonObject { ["username"] = deviceId, ["clientid"] = deviceId, ["roles"] = Roles(deviceId) };
    }

    // The fleet hears devices, sends commands, and speaks to the control topic.
    private static JsonArray OwnAcls()
    {
        (string Kind, string Topic)[] acls =
        [
            ("publishClientSend", "devices/+/commands/#"), ("publishClientSend", ControlTopic + "/#"),
            ("subscribePattern", "devices/#"), ("publishClientReceive", "devices/#"),
            ("subscribePattern", ControlTopic + "/#"), ("publishClientReceive", ControlTopic + "/#"),
        ];
        return [.. acls.Select(acl => (JsonNode)new JsonObject { ["acltype"] = acl.Kind, ["topic"] = acl.Topic, ["priority"] = 1, ["allow"] = true })];
    }

    private JsonArray Acls(PolicyKind kind, PolicySubject subject)
    {
        return MosquittoRights.TryTranslate(policies.Edition(kind).Document, subject, out JsonArray acls, out string? problem)
            ? acls
            : throw new InvalidOperationException(problem);
    }
}

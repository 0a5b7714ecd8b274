using DeviceFirmware.Tools;

namespace DeviceFirmware.Keys;

/// <summary>One key of an environment: where its public half lies, the file of its private half, and what becomes of that half.</summary>
/// <param name="Name">What <c>keys make</c> calls it.</param>
/// <param name="PublicFile">Below the environment's public directory.</param>
/// <param name="PrivateFile">Below the private directory of a ceremony.</param>
/// <param name="Meaning">What the key is for.</param>
/// <param name="NextStep">What to do with the private key after the ceremony.</param>
public sealed record KeyRole(string Name, string PublicFile, string PrivateFile, string Meaning, string NextStep)
{
    /// <summary>Root of board identities.</summary>
    public static readonly KeyRole FactoryRoot = new(
        "factory-root", "factory-root/current.pem", "factory-root.key.pem", "factory root CA", "take it offline; it signs issuing CAs and nothing else");

    /// <summary>The CA that signs boards.</summary>
    public static readonly KeyRole FactoryIssuing = new(
        "factory-issuing", "factory-issuing/current.pem", "factory-issuing.key.pem", "factory issuing CA", "move it to the factory station (factory --ca-key)");

    /// <summary>Root of the broker.</summary>
    public static readonly KeyRole FleetRoot = new(
        "fleet-root", "fleet-root/current.pem", "fleet-root.key.pem", "fleet root CA", "take it offline; it signs broker certificates");

    /// <summary>The broker itself.</summary>
    public static readonly KeyRole Broker = new(
        "broker", "broker/current.pem", "broker.key.pem", "MQTT broker", "move it to the fleet server");

    /// <summary>Root of the broker after a rotation; boards learn it by a trust set.</summary>
    public static readonly KeyRole FleetRootNext = new(
        "fleet-root-next", "fleet-root/next.pem", "fleet-root.next.key.pem", "fleet root CA, next", "keep it offline, apart from the current one, until rotation");

    /// <summary>The broker under the next root, while boards move to it.</summary>
    public static readonly KeyRole BrokerNext = new(
        "broker-next", "broker/next.pem", "broker.next.key.pem", "MQTT broker, next", "to the fleet server when the root is rotated (fleet serve --next-certificate)");

    /// <summary>Signs images now.</summary>
    public static readonly KeyRole OtaCurrent = new(
        "ota-signing", "ota-signing/current.pem", "ota-signing.current.key.pem", "OTA signing, current", "move it to the release signer (signer pack --key)");

    /// <summary>Signs images after a rotation; boards trust it already.</summary>
    public static readonly KeyRole OtaNext = new(
        "ota-signing-next", "ota-signing/next.pem", "ota-signing.next.key.pem", "OTA signing, next", "keep it offline, apart from the current one, until rotation");

    /// <summary>Signs orders to boards now.</summary>
    public static readonly KeyRole CommandCurrent = new(
        "command", "command/current.pem", "command.current.key.pem", "commands, current", "keep it offline; orders are signed with it (keys order sign) and carried to the fleet");

    /// <summary>Signs orders after a rotation, and retires the current one on boards; they obey it already.</summary>
    public static readonly KeyRole CommandNext = new(
        "command-next", "command/next.pem", "command.next.key.pem", "commands, next", "keep it offline, apart from the current one: it can retire it on every board");

    /// <summary>Signs the time for boards.</summary>
    public static readonly KeyRole Time = new(
        "time", "time/current.pem", "time.key.pem", "time", "move it to the fleet server (fleet serve --time-key)");

    /// <summary>Every role, in the order of the ceremony.</summary>
    public static IReadOnlyList<KeyRole> All { get; } = [FactoryRoot, FactoryIssuing, FleetRoot, Broker, FleetRootNext, BrokerNext, OtaCurrent, OtaNext, CommandCurrent, CommandNext, Time];

    /// <summary>The role whose key signs this one's certificate, or null: a root, or a bare key.</summary>
    public KeyRole? Issuer => this == FactoryIssuing ? FactoryRoot : this == Broker ? FleetRoot : this == BrokerNext ? FleetRootNext : null;

    /// <summary>True when an environment may lack it: it is made when a root is about to be rotated.</summary>
    public bool IsOptional => this == FleetRootNext || this == BrokerNext;

    /// <summary>The role of that name, or bad input that lists the names.</summary>
    public static KeyRole Parse(string name) => All.FirstOrDefault(role => role.Name == name)
        ?? throw ToolFailure.BadInput($"'{name}' is no role; there are {string.Join(", ", All.Select(role => role.Name))}");
}

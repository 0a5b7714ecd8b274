using System.Net;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>Where the server finds its files and where it listens.</summary>
public sealed record FleetOptions
{
    /// <summary>Directory of the registry and the images.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>File with a PostgreSQL connection string; null for SQLite in the data directory.</summary>
    public string? DatabaseFile { get; init; }

    /// <summary>PEM of the broker's certificate.</summary>
    public required string BrokerCertificate { get; init; }

    /// <summary>PEM of its private key.</summary>
    public required string BrokerKey { get; init; }

    /// <summary>PEM of another certificate of the broker, under another root or for another name, served on a port of its own; null for none.</summary>
    public string? NextCertificate { get; init; }

    /// <summary>PEM of its private key.</summary>
    public string? NextKey { get; init; }

    /// <summary>Its port; 0 takes a free one.</summary>
    public int NextPort { get; init; }

    /// <summary>PEM of the root that client certificates must chain to.</summary>
    public required string ClientRoot { get; init; }

    /// <summary>PEM of the issuing CA between the root and the clients.</summary>
    public required string ClientIssuing { get; init; }

    /// <summary>PEM files of the factory stations' public keys; none takes unsigned records, for experiments.</summary>
    public IReadOnlyList<string> Stations { get; init; } = [];

    /// <summary>Directory of the three policy documents.</summary>
    public required string Policies { get; init; }

    /// <summary>The key that signs the time for boards; null: none is signed. The server disposes it.</summary>
    public HeldKey? TimeKey { get; init; }

    /// <summary>PEM of the operational CA's certificate; null: no operational certificates are issued or taken.</summary>
    public string? OperationalCertificate { get; init; }

    /// <summary>PEM of the fleet root, which has signed it.</summary>
    public string? FleetRoot { get; init; }

    /// <summary>The operational CA's key. The server disposes it.</summary>
    public HeldKey? OperationalKey { get; init; }

    /// <summary>How long operational certificates live.</summary>
    public TimeSpan OperationalLife { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Port of the broker; 0 takes a free one.</summary>
    public int MqttPort { get; init; }

    /// <summary>Port of the API; 0 takes a free one.</summary>
    public int ApiPort { get; init; }

    /// <summary>The Mosquitto to run as the broker; null takes the embedded one.</summary>
    public string? Mosquitto { get; init; }

    /// <summary>Mosquitto's dynamic security plugin.</summary>
    public string MosquittoPlugin { get; init; } = "/usr/lib/x86_64-linux-gnu/mosquitto_dynamic_security.so";

    /// <summary>Address that the broker listens on.</summary>
    public IPAddress Host { get; init; } = IPAddress.Loopback;

    /// <summary>Address that the API listens on.</summary>
    public IPAddress ApiHost { get; init; } = IPAddress.Loopback;

    /// <summary>PEM of the API's certificate; null takes the broker's.</summary>
    public string? ApiCertificate { get; init; }

    /// <summary>PEM of its private key.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The API speaks plain HTTP: on loopback only, behind something that does TLS.</summary>
    public bool ApiPlain { get; init; }

    /// <summary>How much one device may do in a minute.</summary>
    public Limits Limits { get; init; } = new();

    /// <summary>The kinds of anomaly for which a device is quarantined.</summary>
    public IReadOnlyCollection<string> Quarantining { get; init; } = [];

    /// <summary>Who issues devices' tokens: their <c>iss</c>.</summary>
    public string TokenIssuer { get; init; } = "fleet";

    /// <summary>Where the clock comes from.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the log goes.</summary>
    public TextWriter Output { get; init; } = TextWriter.Null;
}

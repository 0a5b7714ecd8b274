using System.CommandLine;
using System.Net;
using System.Runtime.InteropServices;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary><c>fleet serve</c>: broker and API until a signal ends it.</summary>
internal static class ServeCommand
{
    public static Command Create()
    {
        Option<string> data = Text("--data", "directory of the registry and the images; made when missing");
        Option<string?> database = new("--database-file")
        {
            Description = "file with a PostgreSQL connection string; without it the registry is SQLite, DATA/fleet.db",
        };
        Option<string> certificate = Text("--broker-certificate", "PEM file with the broker's certificate");
        Option<string> key = Text("--broker-key", "PEM file with the broker's private key, PKCS#8");
        Option<string?> nextCertificate = new("--next-certificate") { Description = "PEM file with another certificate of the broker, served besides on --next-port: under the next fleet root, or for another name, while boards move to it" };
        Option<string?> nextKey = new("--next-key") { Description = "PEM file with its private key, PKCS#8" };
        Option<int> nextPort = Port("--next-port", "TCP port of that certificate; 0, the default, takes a free one");
        Option<string> root = Text("--client-root", "PEM file with the root that client certificates must chain to");
        Option<string> issuing = Text("--client-issuing", "PEM file with the CA that issues client certificates");
        Option<string[]> stations = new("--station-public") { Description = "PEM file with a factory station's public key: only manifests that it signed are imported; may be repeated" };
        Option<string> policies = Text("--policies", "directory with bootstrap.json, operational.json and quarantined.json, each proved before it is taken");
        KeyOptions timeKey = new("--time-key", "the key that signs the time for boards; without it they obey no order with a window, so no update", required: false, passphrasePrefix: "time-");
        Option<string?> operational = new("--operational-certificate") { Description = "PEM file with the operational CA's certificate: claimed devices get operational certificates; without it they work under their IDevIDs" };
        Option<string?> fleetRoot = new("--fleet-root") { Description = "PEM file with the fleet root's certificate, which has signed the operational CA's" };
        KeyOptions operationalKey = new("--operational-key", "the operational CA's key", required: false, passphrasePrefix: "operational-");
        Option<string> life = new("--operational-life") { Description = "how long operational certificates live: 30d, 12h, 90s; default 30d, at most 90d", DefaultValueFactory = _ => "30d" };
        Option<int> mqttPort = Port("--mqtt-port", "TCP port of the broker; 0, the default, takes a free one");
        Option<int> apiPort = Port("--api-port", "TCP port of the API; 0, the default, takes a free one");
        Option<string> host = Address("--host", "IP address that the broker listens on; default 127.0.0.1");
        Option<string> apiHost = Address("--api-host", "IP address that the API listens on; default 127.0.0.1");
        Option<string?> apiCertificate = new("--api-certificate") { Description = "PEM file with the API's certificate; without it the broker's" };
        Option<string?> apiKey = new("--api-key") { Description = "PEM file with its private key, PKCS#8" };
        Option<bool> apiPlain = new("--api-plain") { Description = "plain HTTP for the API, on loopback only: for a proxy on this machine" };
        Option<string?> quarantine = new("--quarantine-on")
        {
            Description = "anomalies for which a device is quarantined, with commas: cloned-key, counter-went-back, ledger-fork, ledger-went-back, ledger-gap, database-behind; without it they are only told",
        };
        Option<string> issuer = new("--token-issuer") { Description = "who issues devices' tokens, their 'iss'; default fleet", DefaultValueFactory = _ => "fleet" };
        Option<string?> mosquitto = new("--mosquitto") { Description = "path of a Mosquitto 2.0 to run as the broker; default: the embedded broker" };
        Option<string> plugin = new("--mosquitto-plugin")
        {
            Description = "path of its mosquitto_dynamic_security.so; default: where Debian has it",
            DefaultValueFactory = _ => "/usr/lib/x86_64-linux-gnu/mosquitto_dynamic_security.so",
        };
        Command command = new("serve", "runs the MQTT broker and the API; prints 'ready mqtt=PORT api=PORT' (and 'next=PORT' with --next-certificate), then one line for every decision")
        {
            data, database, certificate, key, nextCertificate, nextKey, nextPort, root, issuing, stations, operational, fleetRoot, life, policies, mqttPort, apiPort, host, apiHost, apiCertificate, apiKey, apiPlain,
            quarantine, issuer, mosquitto, plugin,
        };
        timeKey.AddTo(command);
        operationalKey.AddTo(command);
        command.SetAction((parsed, _) => RunAsync(new FleetOptions
        {
            DataDirectory = parsed.GetRequiredValue(data),
            DatabaseFile = parsed.GetValue(database),
            BrokerCertificate = parsed.GetRequiredValue(certificate),
            BrokerKey = parsed.GetRequiredValue(key),
            NextCertificate = Both(parsed, nextCertificate, nextKey),
            NextKey = parsed.GetValue(nextKey),
            NextPort = parsed.GetRequiredValue(nextPort),
            ClientRoot = parsed.GetRequiredValue(root),
            ClientIssuing = parsed.GetRequiredValue(issuing),
            Stations = parsed.GetValue(stations) ?? [],
            Policies = parsed.GetRequiredValue(policies),
            TimeKey = timeKey.Reference(parsed) is null ? null : timeKey.Open(parsed),
            OperationalCertificate = parsed.GetValue(operational),
            FleetRoot = parsed.GetValue(fleetRoot),
            OperationalKey = operationalKey.Reference(parsed) is null ? null : operationalKey.Open(parsed),
            OperationalLife = Life(parsed.GetRequiredValue(life)),
            MqttPort = parsed.GetRequiredValue(mqttPort),
            ApiPort = parsed.GetRequiredValue(apiPort),
            Host = Parse(parsed, host),
            ApiHost = Parse(parsed, apiHost),
            ApiCertificate = parsed.GetValue(apiCertificate),
            ApiKey = parsed.GetValue(apiKey),
            ApiPlain = parsed.GetValue(apiPlain),
            Quarantining = Quarantining(parsed.GetValue(quarantine)),
            TokenIssuer = parsed.GetRequiredValue(issuer),
            Mosquitto = parsed.GetValue(mosquitto),
            MosquittoPlugin = parsed.GetRequiredValue(plugin),
            Output = Console.Out,
        }));
        return command;
    }

    private static async Task<int> RunAsync(FleetOptions options)
    {
        TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
        void End(PosixSignalContext context)
        {
            context.Cancel = true;
            ended.TrySetResult();
        }

        using PosixSignalRegistration interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using PosixSignalRegistration terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        await using FleetServer server = await FleetServer.StartAsync(options);
        Console.Out.WriteLine($"ready mqtt={server.MqttPort} api={server.ApiPort}{(server.NextPort == 0 ? "" : $" next={server.NextPort}")}");
        Console.Out.Flush();
        await ended.Task;
        return 0;
    }

    private static string? Both(ParseResult parsed, Option<string?> certificate, Option<string?> key)
    {
        return parsed.GetValue(certificate) is null == parsed.GetValue(key) is null
            ? parsed.GetValue(certificate)
            : throw ToolFailure.BadInput($"{certificate.Name} and {key.Name} go together");
    }

    private static Option<string> Text(string name, string description)
    {
        return new Option<string>(name) { Required = true, Description = description };
    }

    private static TimeSpan Life(string text)
    {
        double seconds = text.Length == 0 ? 0 : text[^1] switch { 'd' => 86400, 'h' => 3600, 's' => 1, _ => 0 };
        return seconds > 0 && int.TryParse(text[..^1], System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out int number)
            ? TimeSpan.FromSeconds(number * seconds)
            : throw ToolFailure.BadInput("--operational-life is a number and d, h or s, such as 30d");
    }

    private static string[] Quarantining(string? words)
    {
        string[] kinds = words?.Split(',') ?? [];
        return kinds.All(kind => AnomalyWatch.Kinds.Contains(kind) && kind != "failed-authentication")
            ? kinds
            : throw ToolFailure.BadInput("--quarantine-on takes cloned-key, counter-went-back, ledger-fork, ledger-went-back, ledger-gap and database-behind");
    }

    private static Option<string> Address(string name, string description)
    {
        return new Option<string>(name) { Description = description, DefaultValueFactory = _ => "127.0.0.1" };
    }

    private static IPAddress Parse(ParseResult parsed, Option<string> option)
    {
        return IPAddress.TryParse(parsed.GetRequiredValue(option), out IPAddress? address)
            ? address
            : throw ToolFailure.BadInput($"{option.Name} must be an IP address");
    }

    private static Option<int> Port(string name, string description)
    {
        Option<int> option = new(name) { Description = description, DefaultValueFactory = _ => 0 };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 65535)
            {
                result.AddError($"{name} must be 0 to 65535");
            }
        });
        return option;
    }
}

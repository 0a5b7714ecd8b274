using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Fleet;
using MQTTnet;

namespace DeviceFirmware.Bench;

/// <summary>
/// Decisions a second on one core, and what each allocates: the engine's answer, and the whole door with certificate, registry state and reason.
/// The peer does less: MQTTnet's matching of a topic against the filters of the same document, first deny, then allow.
/// </summary>
public sealed class PolicyBenchmark : IBenchmark
{
    private const string Id = "bench-00001";

    // What a device does all day, and what it may not.
    private static readonly string[] _topics =
    [
        $"devices/{Id}/telemetry", $"devices/{Id}/telemetry", $"devices/{Id}/status", $"devices/{Id}/requests/heartbeat", $"devices/{Id}/requests/chunk",
        "devices/bench-00002/telemetry", $"devices/{Id}/commands/order", "other/topic",
    ];

    /// <inheritdoc/>
    public string Name => "policy";

    /// <inheritdoc/>
    public Task Run(TextWriter output, bool isShort)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "policies", "operational.json"));
        if (!PolicyParser.TryParse(bytes, out PolicyDocument? document, out string? problem))
        {
            throw new InvalidOperationException(problem);
        }

        BoundPolicy policy = document.For(new PolicySubject(Id));
        int rounds = isShort ? 20_000 : 2_000_000;
        double peer = Time(output, "peer: filters of MQTTnet", rounds, Peer(document), null);
        Time(output, "engine, publish", rounds, topic => policy.Publish(topic).Answer == PolicyAnswer.Allow, peer);
        Time(output, "engine, connect", rounds, _ => policy.Connect(Id).Answer == PolicyAnswer.Allow, peer);
        if (!TopicPattern.TryParse($"devices/{Id}/commands/#", isPolicyPattern: false, out TopicPattern? filter, out problem))
        {
            throw new InvalidOperationException(problem);
        }

        Time(output, "engine, subscribe", rounds / 100, _ => policy.Subscribe(filter).Answer == PolicyAnswer.Allow, peer);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 own = new CertificateRequest($"CN={Id}", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        ClientCertificate certificate = ClientCertificate.Read(own);
        Device device = new()
        {
            Id = Id,
            HardwareId = "hw",
            PublicKeyHash = certificate.PublicKeyHash,
            CertificateSha256 = certificate.Fingerprint,
            Batch = "",
            Line = "",
            Station = "",
            Operator = "",
            FirmwareVersion = "",
            ManufacturedAt = default,
            State = DeviceState.Active,
        };
        string hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
        DevicePolicies policies = new PolicySet(PolicySet.Kinds.Select(kind => new PolicyEdition(kind, document, hash))).For(new PolicySubject(Id));
        Time(output, "the door, publish", rounds, topic => ClientPolicy.Decide(certificate, device, policies, new ClientRequest.Publish(topic)).IsAllowed, peer);
        return Task.CompletedTask;
    }

    private static Func<string, bool> Peer(PolicyDocument document)
    {
        string[] Filters(PolicyEffect effect) =>
        [
            .. document.Statements.Where(statement => statement.Effect == effect && statement.Actions.Contains(PolicyAction.Publish))
                .SelectMany(statement => statement.Resources).Where(resource => resource.Concerns == PolicyAction.Publish)
                .Select(resource => resource.Pattern.Replace(PolicyResource.DeviceIdVariable, Id, StringComparison.Ordinal).Replace('*', '+')),
        ];
        string[] denies = Filters(PolicyEffect.Deny);
        string[] allows = Filters(PolicyEffect.Allow);
        bool Matches(string[] filters, string topic)
        {
            foreach (string filter in filters)
            {
                if (MqttTopicFilterComparer.Compare(topic, filter) == MqttTopicFilterCompareResult.IsMatch)
                {
                    return true;
                }
            }

            return false;
        }

        return topic => !Matches(denies, topic) && Matches(allows, topic);
    }

    private static double Time(TextWriter output, string what, int rounds, Func<string, bool> decide, double? peer)
    {
        int allowed = 0;
        for (int i = 0; i < Math.Min(rounds, 100_000); i++)
        {
            allowed += decide(_topics[i % _topics.Length]) ? 1 : 0; // compiled, and compiled better, before it counts
        }

        Thread.Sleep(rounds > 100_000 ? 300 : 0);
        allowed = 0;
        long before = GC.GetAllocatedBytesForCurrentThread();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < rounds; i++)
        {
            allowed += decide(_topics[i % _topics.Length]) ? 1 : 0;
        }

        double second = rounds / Stopwatch.GetElapsedTime(start).TotalSeconds;
        long bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / rounds;
        string ratio = peer is null ? "" : string.Create(CultureInfo.InvariantCulture, $", {second / peer:0.00} of the peer");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {what,-26} {second,12:0} a second, {bytes} bytes each{ratio}; {100.0 * allowed / rounds:0} of 100 allowed"));
        return second;
    }
}

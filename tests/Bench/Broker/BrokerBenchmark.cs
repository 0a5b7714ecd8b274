using System.Diagnostics;
using System.Globalization;

namespace DeviceFirmware.Bench;

/// <summary>
/// Both brokers of the fleet, each beside the plain one it is made of, in one run with the same clients and certificates: mTLS connects a
/// second, QoS 1 messages a second end to end, memory a connection, and how long a revoked or quarantined device goes on.
/// </summary>
public sealed class BrokerBenchmark : IBenchmark
{
    private const string Mosquitto = "/usr/sbin/mosquitto";

    /// <inheritdoc/>
    public string Name => "broker";

    /// <inheritdoc/>
    public async Task Run(TextWriter output, bool isShort)
    {
        int devices = isShort ? 12 : 1000;
        using BenchEnvironment environment = new(devices);
        Row plain = await MeasureAsync(output, environment, () => MeasuredBroker.PlainMqttnet(environment), isShort, null);
        await MeasureAsync(output, environment, () => MeasuredBroker.Fleet(environment, "fleet, embedded", null), isShort, plain);
        if (!File.Exists(Mosquitto))
        {
            output.WriteLine("Mosquitto: not measured, it is not installed");
            return;
        }

        plain = await MeasureAsync(output, environment, () => MeasuredBroker.PlainMosquitto(environment, Mosquitto), isShort, null);
        await MeasureAsync(output, environment, () => MeasuredBroker.Fleet(environment, "fleet, Mosquitto", Mosquitto), isShort, plain);
    }

    private static async Task<Row> MeasureAsync(TextWriter output, BenchEnvironment environment, Func<MeasuredBroker> start, bool isShort, Row? peer)
    {
        using MeasuredBroker broker = start();
        using BenchClients clients = new(broker);

        // The first connections pay for compiling the code.
        int warm = environment.Devices.Length / 10;
        await clients.ConnectAsync(environment.Devices[..warm], 4, new Percentiles());
        await Task.Delay(isShort ? 0 : 2000);
        (long Own, long Child) before = broker.Memory;
        Percentiles connects = new();
        TimeSpan connecting = await clients.ConnectAsync(environment.Devices[warm..], 8, connects);
        await Task.Delay(isShort ? 0 : 2000);
        (long Own, long Child) after = broker.Memory;
        int counted = environment.Devices.Length - warm;

        Percentiles acknowledged = new();
        using var sink = environment.Device("sink");
        int senders = isShort ? 4 : 50;
        int messages = isShort ? 20 : 400;
        await clients.PublishAsync(senders, messages / 10, 4, new Percentiles(), sink);
        TimeSpan publishing = await clients.PublishAsync(senders, messages, 4, acknowledged, sink);

        Row row = new(
            counted / connecting.TotalSeconds,
            senders * messages / publishing.TotalSeconds,
            (after.Own + after.Child - before.Own - before.Child) / 1024.0 / counted);
        output.WriteLine(Text($"{broker.Name}: load {File.ReadAllText("/proc/loadavg").Split(' ')[0]}"));
        output.WriteLine(Text($"  connects     {row.Connects,8:0} a second{Ratio(row.Connects, peer?.Connects)}; 8 at a time, {connects}"));
        output.WriteLine(Text($"  messages     {row.Messages,8:0} a second{Ratio(row.Messages, peer?.Messages)}; {senders} devices, 4 on their way each, acknowledged {acknowledged}"));
        string child = after.Child == 0 ? "" : Text($", of that Mosquitto {(after.Child - before.Child) / 1024.0 / counted:0.0} KB");
        output.WriteLine(Text($"  a connection {row.Memory,8:0.0} KB resident{Ratio(row.Memory, peer?.Memory)}{child}; {counted} more on {before.Own + before.Child >> 20} MB"));
        if (broker.Api is not null)
        {
            int changes = isShort ? 2 : 200;
            await EndAsync(output, broker, [.. clients.All.Skip(senders).Take(changes)], clients, "revoked");
            await EndAsync(output, broker, [.. clients.All.Skip(senders + changes).Take(changes)], clients, "quarantined");
        }

        return row;
    }

    // From the request to the API until the device's connection is gone; the answer of the API comes when the broker has been told.
    private static async Task EndAsync(TextWriter output, MeasuredBroker broker, BenchClients.Client[] victims, BenchClients clients, string state)
    {
        int connected = clients.All.Count(client => client.IsConnected);
        Percentiles answered = new();
        Percentiles ended = new();
        foreach (BenchClients.Client victim in victims)
        {
            long start = Stopwatch.GetTimestamp();
            Task change = broker.ChangeAsync(victim.Id, state).ContinueWith(
                done =>
                {
                    answered.Add(Stopwatch.GetElapsedTime(start));
                    return done;
                },
                TaskScheduler.Default).Unwrap();
            await victim.Ended.WaitAsync(TimeSpan.FromSeconds(30));
            ended.Add(Stopwatch.GetElapsedTime(start));
            await change;
        }

        int bystanders = clients.All.Count(client => client.IsConnected) - (connected - victims.Length);
        output.WriteLine(Text(
            $"  {state,-12} connection gone {ended}, longest {ended.At(1):0.0} ms; API answered {answered}; {connected} connected, {(bystanders == 0 ? "no other noticed" : $"{-bystanders} OTHERS ENDED TOO")}"));
    }

    private static string Ratio(double mine, double? peer) => peer is null ? "" : Text($" ({mine / peer.Value:0.00} of plain)");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed record Row(double Connects, double Messages, double Memory);
}

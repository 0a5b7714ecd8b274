using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Crypto;
using DeviceFirmware.Fleet;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using DeviceFirmware.Memory;
using DeviceFirmware.Scenario.Fleet;
using DeviceFirmware.Storage;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;
using MQTTnet.Protocol;

namespace DeviceFirmware.Scenario.HostileHands;

/// <summary>A device that lives at a real fleet, with its key, its certificate and Core's own ledger; all that went over its connection is recorded.</summary>
internal sealed class FieldBoard : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly FleetHost _host;

    private FieldBoard(FleetHost host, string id)
    {
        _host = host;
        Id = id;
        Key = new StoredKey(P256PrivateKey.Import(_key.ExportParameters(true).D));
        Ledger = BoardLedger.Load(new RecordStore(new MemoryFiles()), Key.PublicKey.KeyHash());
    }

    public string Id { get; }

    public StoredKey Key { get; }

    public BoardLedger Ledger { get; }

    public X509Certificate2 Certificate { get; private set; } = null!;

    public IMqttClient Client { get; private set; } = null!;

    /// <summary>What the board said, by the topic below its own.</summary>
    public List<(string Topic, byte[] Payload)> Said { get; } = [];

    /// <summary>What was said to it.</summary>
    public ConcurrentQueue<(string Topic, byte[] Payload)> Heard { get; } = [];

    public static async Task<FieldBoard> StartAsync(FleetHost host, string id)
    {
        FieldBoard board = new(host, id);
        board.Certificate = await host.AddDeviceAsync(id, host.Pki.Device($"CN={id}", key: board._key));
        await board.ConnectAsync();
        return board;
    }

    public async Task ConnectAsync()
    {
        Client = await _host.ConnectAsync(Certificate, Id);
        Client.ApplicationMessageReceivedAsync += args =>
        {
            Heard.Enqueue((args.ApplicationMessage.Topic.Split('/', 3)[2], args.ApplicationMessage.Payload.ToArray()));
            return Task.CompletedTask;
        };
        await Client.SubscribeAsync($"devices/{Id}/commands/#", MqttQualityOfServiceLevel.AtLeastOnce);
    }

    /// <summary>Says it, and keeps a copy.</summary>
    public Task SayAsync(string topic, byte[] payload)
    {
        Said.Add((topic, payload));
        return Client.PublishAsync(FleetHost.Message($"devices/{Id}/{topic}", payload));
    }

    /// <summary>Writes events into its ledger and hands all of it over.</summary>
    public async Task HandOverAsync(params string[] kinds)
    {
        Ledger.Append([.. kinds.Select(kind => new LedgerEvent(kind, "a day", 1, null))], 1_800_000_000, Key);
        ChainEntry[] entries = Ledger.After(0, LedgerReport.MaximumEntries);
        await SayAsync("requests/ledger", new LedgerReport(Key.PublicKey.Encode(), Ledger.Head(Ledger.Last, 1_800_000_000, Key), [], [.. entries.Select(entry => entry.Encoded)], []).Encode());
        await FleetHost.UntilAsync(() => Heard.Any(message => message.Topic == "commands/ledger" && LedgerReply.Decode(message.Payload).Known.IsSameAs(Ledger.Last)));
    }

    /// <summary>Gives the fleet the head that it holds, and gets another one.</summary>
    public async Task<byte[]> AskForHeadAsync(byte[] held)
    {
        Heard.Clear();
        await SayAsync("requests/ledger", LedgerReport.Question(Key.PublicKey, held).Encode());
        await FleetHost.UntilAsync(() => Heard.Any(message => message.Topic == "commands/ledger"));
        return LedgerReply.Decode(Heard.Last(message => message.Topic == "commands/ledger").Payload).FleetHead;
    }

    public void Dispose()
    {
        Certificate?.Dispose();
        _key.Dispose();
    }
}

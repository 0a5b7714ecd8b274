using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text.Json;
using DeviceFirmware.Commands;
using DeviceFirmware.Crypto;
using DeviceFirmware.Fleet;
using DeviceFirmware.Scenario.Fleet;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Tools;
using DeviceFirmware.Trust;
using TemporaryDirectory = DeviceFirmware.Scenario.Tools.TemporaryDirectory;
using TestPki = DeviceFirmware.Tests.Support.TestPki;

namespace DeviceFirmware.Scenario.Trust;

/// <summary>
/// What boards believe of their fleet changes under them: the root, the broker's address, the operational CA, the time key. A real fleet server, a
/// board over real TLS; the old server goes when the board has confirmed, or before.
/// </summary>
[TestClass]
public sealed class TrustMoveTests
{
    private const string Id = TestPki.DeviceId;

    private readonly TemporaryDirectory _directory = new();
    private readonly FleetRoots _old = new();
    private readonly FleetRoots _new = new();
    private FleetServer? _server;
    private string _oldBroker = "";
    private string _newBroker = "";
    private int _port;
    private int _nextPort;
    private long _number;

    [TestCleanup]
    public async Task CleanAsync()
    {
        await StopAsync();
        _old.Dispose();
        _new.Dispose();
        _directory.Dispose();
    }

    [TestMethod]
    public async Task ARootIsRotatedAndTheOldOneIsWorthNothingAfterwards()
    {
        await BeginAsync(_new, "localhost");
        await using LiveBoard board = await BoardAsync();
        TrustSet set = Set(1, _new.Root, [], "localhost", _nextPort, TestKeys.Time);
        byte[] first = await OrderAsync(set);
        await ConfirmedAsync(board, 1);

        // Whoever has the old root and the network is nobody now.
        await StartAsync(_oldBroker, _nextPort, null, TestKeys.Time);
        await board.SaysAsync("connect failed token=tls-failed");
        await StartAsync(_newBroker, _nextPort, null, TestKeys.Time);
        await BackAsync(board);

        // The order, recorded, and one that goes back.
        Assert.AreEqual("repeated", await AnsweredAsync(first));
        Assert.AreEqual("in-force", await AnsweredAsync(Sign(OrderVerb.Trust, set.Encode())));
        Assert.AreEqual("not-newer", await AnsweredAsync(Sign(OrderVerb.Trust, Set(1, _old.Root, [], "localhost", _nextPort, TestKeys.Time).Encode())));
        _ = await OrderAsync(Set(2, _new.Root, [], "localhost", _nextPort, TestKeys.Time));
        await ConfirmedAsync(board, 2);
        Assert.AreEqual("replayed", await AnsweredAsync(first));
        Assert.AreEqual(2L, board.Sets.Active.Sequence);
    }

    [TestMethod]
    public async Task ARootIsRotatedThoughTheOldServerGoesTooEarly()
    {
        await TooEarlyAsync(_new, "localhost", () => Set(1, _new.Root, [], "localhost", _nextPort, TestKeys.Time));
    }

    [TestMethod]
    public async Task TheBrokerMoves()
    {
        await BeginAsync(_old, "second.example");
        await using LiveBoard board = await BoardAsync();
        await OrderAsync(Set(1, _old.Root, [], "second.example", _nextPort, TestKeys.Time));
        await ConfirmedAsync(board, 1);
        await StartAsync(_newBroker, _nextPort, null, TestKeys.Time);
        await BackAsync(board);
    }

    [TestMethod]
    public async Task TheBrokerMovesThoughTheOldOneGoesTooEarly()
    {
        await TooEarlyAsync(_old, "second.example", () => Set(1, _old.Root, [], "second.example", _nextPort, TestKeys.Time));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task TheOperationalCaChanges(bool isTooEarly)
    {
        await BeginAsync(_old, "localhost");
        await using LiveBoard board = await BoardAsync();
        byte[] first = _old.OperationalCa();
        await OrderAsync(Set(1, _old.Root, first, "localhost", _port, TestKeys.Time));
        await ConfirmedAsync(board, 1);
        CollectionAssert.AreEqual(first, board.Sets.Current.OperationalCa);
        byte[] second = _old.OperationalCa();
        await OrderAsync(Set(2, _old.Root, second, "localhost", _port, TestKeys.Time));
        await (isTooEarly ? StopAsync() : ConfirmedAsync(board, 2));
        await StartAsync(_oldBroker, _port, null, TestKeys.Time);
        await ConfirmedAsync(board, 2);
        CollectionAssert.AreEqual(second, board.Sets.Current.OperationalCa, "the one that takes its place; what the first signed is another issuer's from now on");
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public async Task TheTimeKeyChanges(bool isTooEarly)
    {
        await BeginAsync(_old, "localhost");
        await using LiveBoard board = await BoardAsync();
        await OrderAsync(Set(1, _old.Root, [], "localhost", _port, TestKeys.OtherDevice));
        await (isTooEarly ? StopAsync() : ConfirmedAsync(board, 1));
        await StartAsync(_oldBroker, _port, null, TestKeys.OtherDevice);
        await ConfirmedAsync(board, 1);

        // An order with a window is obeyed again: the time is believed.
        Assert.AreEqual("accepted", await AnsweredAsync(Sign(OrderVerb.Report, [])));
    }

    /// <summary>The board believes what it believed; the fleet learns from it that its own database is an old one.</summary>
    [TestMethod]
    public async Task ABoardProvesThatTheDatabaseWasPutBack()
    {
        await BeginAsync(_old, "localhost");
        await using LiveBoard board = await BoardAsync();
        await StopAsync();
        Copy(_directory["data"], _directory["older"]);
        await StartAsync(_oldBroker, _port, null, TestKeys.Time);
        await BackAsync(board);
        Assert.IsNull(Records.Import(_server!.Registry, Records.Record("stolen")).Refusal);
        Assert.IsNull(_server.Registry.ChangeState("stolen", DeviceState.Revoked, Actor.Operator, "stolen").Refusal);
        long revoked = _server.Registry.Trail.End().Sequence;

        // With its next report it is given the newest head, which is signed once a second at most.
        await Task.Delay(1100);
        int held = (await AskAsync($"devices/{Id}/ledger")).GetArrayLength();
        Assert.AreEqual("accepted", await AnsweredAsync(Sign(OrderVerb.Report, [])));
        for (int i = 0; i < 300 && (await AskAsync($"devices/{Id}/ledger")).GetArrayLength() == held; i++)
        {
            await Task.Delay(100);
        }

        await Task.Delay(500);
        await StopAsync();
        Directory.Delete(_directory["data"], recursive: true);
        Copy(_directory["older"], _directory["data"]);
        await StartAsync(_oldBroker, _port, null, TestKeys.Time);
        Assert.IsNull(_server!.Registry.Find("stolen"));
        await Until.TrueAsync(() => _server!.Registry.Losses.Open > 0, () => $"the board does not prove it:\n{string.Join('\n', board.Said(0))}");
        JsonElement status = await AskAsync("restore");
        Assert.AreEqual("behind", status.GetProperty("verdict").GetString());
        Assert.IsGreaterThanOrEqualTo(revoked, status.GetProperty("lostUpTo").GetInt64());
        Assert.IsGreaterThanOrEqualTo(2L, status.GetProperty("lostAtLeast").GetInt64());
        Assert.AreEqual(DeviceState.Active, Device().State);
        Assert.IsTrue(_server.Broker.IsConnected(Id), "it works on");
    }

    private async Task<JsonElement> AskAsync(string path)
    {
        using HttpClient http = new(new HttpClientHandler { ServerCertificateCustomValidationCallback = (_, _, _, _) => true });
        string key = System.Text.Encoding.ASCII.GetString(_server!.Keys.Create("a test", ApiRoles.Operator, null).Value!.Text);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        using JsonDocument document = JsonDocument.Parse(await http.GetStringAsync($"https://localhost:{_server.ApiPort}/{path}"));
        return document.RootElement.Clone();
    }

    private static void Copy(string from, string to)
    {
        foreach (string file in Directory.GetFiles(from, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    /// <summary>The new server is not there yet when the board tries; then the old one is gone before the board has confirmed.</summary>
    private async Task TooEarlyAsync(FleetRoots roots, string host, Func<TrustSet> set)
    {
        await BeginAsync(roots, host);
        await StartAsync(_oldBroker, _port, null, TestKeys.Time);
        await using LiveBoard board = await BoardAsync();
        await OrderAsync(set());
        await board.SaysAsync("connect failed token=network-failed");
        await board.SaysAsync($"connected host=localhost port={_port}");
        await Until.TrueAsync(() => Device().TrustStaged == 1, () => "the fleet does not see that it is staged");
        await StartAsync(_newBroker, _nextPort, null, TestKeys.Time);
        await ConfirmedAsync(board, 1);
    }

    private async Task BeginAsync(FleetRoots next, string host)
    {
        File.WriteAllText(_directory["root.pem"], Pem(TestPki.FactoryRoot));
        File.WriteAllText(_directory["issuing.pem"], Pem(TestPki.Issuing));
        Directory.CreateDirectory(_directory["policies"]);
        foreach (string name in new[] { "bootstrap", "operational", "quarantined" })
        {
            File.WriteAllText(_directory[$"policies/{name}.json"], PolicyTests.Shipped(name));
        }

        _oldBroker = _old.Broker(_directory.Path, "old", "localhost");
        _newBroker = next.Broker(_directory.Path, "new", host);
        await StartAsync(_oldBroker, 0, _newBroker, TestKeys.Time);
        _port = _server!.MqttPort;
        _nextPort = _server.NextPort;
        Dictionary<string, string> record = Records.Record(Id);
        record["hardwareId"] = TestPki.HardwareId;
        record["publicKeyHash"] = Convert.ToHexStringLower(TestKeys.Device.PublicKey.KeyHash());
        record["certificateSha256"] = Convert.ToHexStringLower(SHA256.HashData(TestPki.Device));
        Assert.IsNull(Records.Import(_server.Registry, record).Refusal);
        Assert.IsNull(_server.Registry.ChangeState(Id, DeviceState.Shipped, Actor.Factory, "a test").Refusal);
        Assert.IsNull(_server.Registry.ChangeState(Id, DeviceState.Claimed, Actor.Owner, "a test").Refusal);
    }

    private async Task StartAsync(string broker, int port, string? next, P256PrivateKey timeKey)
    {
        await StopAsync();
        _server = await FleetServer.StartAsync(new FleetOptions
        {
            DataDirectory = _directory["data"],
            BrokerCertificate = broker + ".pem",
            BrokerKey = broker + ".key.pem",
            NextCertificate = next is null ? null : next + ".pem",
            NextKey = next is null ? null : next + ".key.pem",
            ClientRoot = _directory["root.pem"],
            ClientIssuing = _directory["issuing.pem"],
            Policies = _directory["policies"],
            MqttPort = port,
            TimeKey = Held(timeKey),
            Limits = new Limits(Connects: 1000, Messages: 100_000),
        });
    }

    private async Task StopAsync()
    {
        if (_server is not null)
        {
            await _server.DisposeAsync();
            _server = null;
        }
    }

    private async Task<LiveBoard> BoardAsync()
    {
        LiveBoard board = new(_old.Root, _port);
        await board.SaysAsync("time token=accepted");
        return board;
    }

    private Device Device() => _server!.Registry.Find(Id)!;

    private async Task ConfirmedAsync(LiveBoard board, long number)
    {
        await Until.TrueAsync(() => Device() is { TrustStaged: 0 } device && device.Trust == number, () => $"number {number} is not confirmed: {Device()}\n{string.Join('\n', board.Said(0))}");
        Assert.AreEqual(number, board.Sets.Active.Sequence);
        Assert.IsNull(board.Sets.Staged);
    }

    private async Task BackAsync(LiveBoard board)
    {
        // Each connection begins with a status.
        DateTime from = DateTime.UtcNow;
        await Until.TrueAsync(() => Device().LastContact > from && _server!.Broker.IsConnected(Id), () => $"the board does not come back:\n{string.Join('\n', board.Said(0))}");
    }

    private async Task<byte[]> OrderAsync(TrustSet set) => await CarryAsync(Sign(OrderVerb.Trust, set.Encode()));

    private async Task<byte[]> CarryAsync(byte[] order)
    {
        Assert.IsNull((await _server!.Orders.AcceptAsync(Id, order)).Refusal);
        return order;
    }

    /// <summary>Sends it, perhaps once more, and waits for the board's answer.</summary>
    private async Task<string> AnsweredAsync(byte[] order)
    {
        await CarryAsync(order);
        string sha256 = Convert.ToHexStringLower(SHA256.HashData(order));
        SentOrder? Sent() => _server!.Orders.Of(Id).FirstOrDefault(sent => sent.Sha256 == sha256);
        await Until.TrueAsync(() => Sent() is { AnsweredAt: not null }, () => "no answer");
        return Sent()!.Token;
    }

    private byte[] Sign(string verb, byte[] arguments)
    {
        long end = DateTimeOffset.UtcNow.AddDays(1).ToUnixTimeSeconds();
        return TestOrders.Sign(new Order(verb, TestKeys.Device.PublicKey.KeyHash(), "", ++_number, 0, end, arguments));
    }

    private static TrustSet Set(long sequence, byte[] root, byte[] authority, string host, int port, P256PrivateKey timeKey)
    {
        return new TrustSet(sequence, root, authority, host, port, timeKey.PublicKey.Encode());
    }

    private HeldKey Held(P256PrivateKey key)
    {
        using ECDsa pem = ECDsa.Create(new ECParameters { Curve = ECCurve.NamedCurves.nistP256, D = key.ExportScalar(), Q = Point(key.PublicKey.Encode()) });
        string path = _directory[$"time-{Guid.NewGuid():N}.pem"];
        File.WriteAllText(path, pem.ExportPkcs8PrivateKeyPem());
        return FileKey.Read(path, PassphraseSource.Prompt);
    }

    private static ECPoint Point(byte[] encoded) => new() { X = encoded[1..33], Y = encoded[33..] };

    private static string Pem(byte[] certificate) => new(PemEncoding.Write("CERTIFICATE", certificate));
}

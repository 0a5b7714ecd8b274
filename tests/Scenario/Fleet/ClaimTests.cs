using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Fleet;
using DeviceFirmware.Ports;
using DeviceFirmware.Trust;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;
using MQTTnet.Protocol;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Who becomes the owner of a device: with the secret on its label and a hand on its button, and never with less.</summary>
[TestClass]
public sealed class ClaimTests
{
    private const string Secret = "0123456789ABCDEFGHJK";

    [TestMethod]
    public async Task TheSecretAndTheDevicesYesMakeItTheTenants()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await using ClaimedBoard board = await ClaimedBoard.StartAsync(host, "board-a");
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        Assert.AreEqual("unknown-device", await TokenAsync(north, HttpMethod.Get, "devices/board-a"));
        await board.Client.PublishAsync(FleetHost.Message("devices/board-a/telemetry", Telemetry("board-a")));
        await host.ExpectAsync("denied", ("resource", "topic:devices/board-a/telemetry"), ("policy", host.Server.Log.After(0, 1000).Last(e => e.Event == "allowed").Field("policy")));

        // As people type it.
        JsonElement claim = await OpenAsync(north, "board-a", "01234-56789-abcde-fghjk");
        Assert.AreEqual(("open", "north"), (claim.GetProperty("state").GetString(), claim.GetProperty("tenant").GetString()));
        Assert.AreEqual(TimeSpan.FromMinutes(10), claim.GetProperty("expiresAt").GetDateTime() - claim.GetProperty("openedAt").GetDateTime());
        ClaimRequest asked = await board.AskedAsync();
        Assert.AreEqual("north", asked.Tenant);
        Assert.AreEqual(DeviceState.Shipped, host.Server.Registry.Find("board-a")!.State, "asked is not answered");

        await board.AnswerAsync(ClaimAnswer.Sign(asked, board.Key));
        await host.ExpectAsync("claim", ("state", "done"), ("device", "board-a"), ("tenant", "north"));
        Device device = host.Server.Registry.Find("board-a")!;
        Assert.AreEqual((DeviceState.Active, "north"), (device.State, device.Tenant));
        using JsonDocument done = JsonDocument.Parse(await north.GetStringAsync("claims/" + claim.GetProperty("code").GetString()));
        Assert.AreEqual("done", done.RootElement.GetProperty("state").GetString());

        // Who, when, from where: in the chain of the audit.
        AuditEntry[] audit = [.. host.Server.Registry.Audit(0, 100, "board-a")];
        AuditEntry bound = audit.Single(entry => entry.To == DeviceState.Claimed);
        StringAssert.StartsWith(bound.Identity, "key:");
        Assert.AreEqual((Actor.Owner, "127.0.0.1"), (bound.Actor, bound.Address));
        Assert.AreEqual(1, audit.Count(entry => entry.Kind == "claim-opened"));

        // Another document, so another connection; then its data is its tenant's.
        await host.ExpectAsync("ended", ("device", "board-a"));
        IMqttClient again = await host.ConnectAsync(board.Certificate, "board-a");
        await again.PublishAsync(FleetHost.Message("devices/board-a/telemetry", Telemetry("board-a")));
        Assert.Contains("21.5", await north.GetStringAsync("devices/board-a/telemetry"));
        Assert.AreEqual("already-claimed", await TryOpenAsync(north, "board-a", Secret));
    }

    [TestMethod]
    public async Task ASerialNumberAloneOpensNothingAndLearnsNothing()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await host.AddDeviceAsync("board-a", claimed: false, claim: Verifier());
        await host.AddDeviceAsync("board-unlabelled", claimed: false);
        (string Device, string Secret)[] tries =
        [
            ("board-a", "01234567890123456789"), ("board-a", ""), ("board-a", "not a secret at all"), ("board-a", Secret + "M"),
            ("board-z", Secret), ("board-unlabelled", Secret),
        ];
        foreach ((string device, string secret) in tries)
        {
            using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
            Assert.AreEqual("claim-refused", await TryOpenAsync(north, device, secret), $"{device} {secret}");
        }
    }

    [TestMethod]
    public async Task WrongTriesAreTheCallersOwn()
    {
        ShiftedTime time = new();
        await using FleetHost host = await FleetHost.StartAsync(time: time);
        await using ClaimedBoard board = await ClaimedBoard.StartAsync(host, "board-a");
        using HttpClient stranger = host.NewCaller(ApiRoles.Operator, "mallory");
        for (int i = 0; i < TryLimits.Most; i++)
        {
            Assert.AreEqual("claim-refused", await TryOpenAsync(stranger, "board-a", "ZZZZZZZZZZZZZZZZZZZZ"));
        }

        Assert.AreEqual("too-many-tries", await TryOpenAsync(stranger, "board-a", Secret), "even with the right one");
        using HttpClient owner = host.NewCaller(ApiRoles.Operator, "north");
        await OpenAsync(owner, "board-a", Secret);
        time.Ahead = TryLimits.Within + TimeSpan.FromSeconds(1);
        Assert.AreEqual("claim-refused", await TryOpenAsync(stranger, "board-b", Secret));
    }

    [TestMethod]
    public async Task AfterTenMinutesTheCodeIsWorthNothing()
    {
        ShiftedTime time = new();
        await using FleetHost host = await FleetHost.StartAsync(time: time);
        await using ClaimedBoard board = await ClaimedBoard.StartAsync(host, "board-a");
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        await OpenAsync(north, "board-a", Secret);
        ClaimRequest asked = await board.AskedAsync();
        time.Ahead = Claim.Duration;
        await RefusedAsync(host, board, ClaimAnswer.Sign(asked, board.Key), "claim-expired");

        // Nobody pressed: the label alone was not enough. A new claim is a new code.
        await OpenAsync(north, "board-a", Secret);
        await board.AnswerAsync(ClaimAnswer.Sign(await board.AskedAsync(), board.Key));
        await host.ExpectAsync("claim", ("state", "done"));
    }

    [TestMethod]
    public async Task ACodeIsUsedOnce()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await using ClaimedBoard board = await ClaimedBoard.StartAsync(host, "board-a");
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        await OpenAsync(north, "board-a", Secret);
        byte[] answer = ClaimAnswer.Sign(await board.AskedAsync(), board.Key);
        await board.AnswerAsync(answer);
        await host.ExpectAsync("claim", ("state", "done"));
        await host.ExpectAsync("ended", ("device", "board-a"));

        // Released, so that only the code stands between the recorded yes and the device.
        Assert.AreEqual("", await TokenAsync(north, HttpMethod.Post, "devices/board-a/disown"));
        await board.ConnectAsync();
        await board.AnswerAsync(answer);
        await host.ExpectAsync("claim", ("state", "refused"), ("token", "code-used"));
        Assert.AreEqual((DeviceState.Shipped, ""), (host.Server.Registry.Find("board-a")!.State, host.Server.Registry.Find("board-a")!.Tenant));
    }

    [TestMethod]
    public async Task OnlyTheDeviceItselfSaysYesAndOnlyToThis()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await using ClaimedBoard board = await ClaimedBoard.StartAsync(host, "board-a");
        await using ClaimedBoard other = await ClaimedBoard.StartAsync(host, "board-b");
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        await OpenAsync(north, "board-a", Secret);
        ClaimRequest asked = await board.AskedAsync();

        await RefusedAsync(host, other, ClaimAnswer.Sign(asked, other.Key), "other-device");
        await RefusedAsync(host, other, ClaimAnswer.Sign(asked, board.Key), "other-device");
        await RefusedAsync(host, board, ClaimAnswer.Sign(asked, other.Key), "other-device");
        await RefusedAsync(host, board, ClaimAnswer.Sign(new ClaimRequest("south", asked.Code, asked.Nonce), board.Key), "other-tenant");
        await RefusedAsync(host, board, ClaimAnswer.Sign(new ClaimRequest("north", asked.Code, new byte[32]), board.Key), "other-nonce");
        await RefusedAsync(host, board, ClaimAnswer.Sign(new ClaimRequest("north", new byte[16], asked.Nonce), board.Key), "unknown-claim");
        await RefusedAsync(host, board, Forged(asked, board.Key, "DeviceFirmware/time/1"), "wrong-signature");
        await RefusedAsync(host, board, [1, 2, 3], "malformed");

        await board.AnswerAsync(ClaimAnswer.Sign(asked, board.Key));
        await host.ExpectAsync("claim", ("state", "done"), ("device", "board-a"));
        Assert.AreEqual(DeviceState.Shipped, host.Server.Registry.Find("board-b")!.State);
    }

    [TestMethod]
    public async Task ARevokedOrForeignOrSilentDeviceIsNotAskedAtAll()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        await host.AddDeviceAsync("board-a", claimed: false, claim: Verifier());
        Assert.AreEqual("device-offline", await TryOpenAsync(north, "board-a", Secret));
        Assert.AreEqual(200, (await host.PostAsync("devices/board-a/tenant", new { tenant = "south" })).Status);
        Assert.AreEqual("other-tenant", await TryOpenAsync(north, "board-a", Secret));
        Assert.AreEqual(200, (await host.PostAsync("devices/board-a/state", new { state = "revoked", reason = "stolen", actor = "operator" })).Status);
        Assert.AreEqual("state-revoked", await TryOpenAsync(north, "board-a", Secret));
        using HttpClient fleet = host.NewCaller(ApiRoles.Operator, null);
        Assert.AreEqual("no-tenant", await TryOpenAsync(fleet, "board-a", Secret));
    }

    /// <summary>The yes of a board that is revoked while its owner walks to the button: over the connection that lives yet, after its end, and told to another server.</summary>
    [TestMethod]
    public async Task ARevocationMeanwhileOutrunsTheYes()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await using ClaimedBoard board = await ClaimedBoard.StartAsync(host, "board-a");
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        JsonElement claim = await OpenAsync(north, "board-a", Secret);
        byte[] answer = ClaimAnswer.Sign(await board.AskedAsync(), board.Key);

        // Between the registry's change and the connection's end.
        Assert.IsNull(host.Server.Registry.ChangeState("board-a", DeviceState.Revoked, Actor.Operator, "stolen").Refusal);
        Assert.IsTrue(board.Client.IsConnected);
        await board.AnswerAsync(answer);
        await host.ExpectAsync("denied", ("action", "publish"), ("device", "board-a"), ("resource", "topic:devices/board-a/requests/claim"), ("token", "state-revoked"));
        await host.Server.Broker.ReviewAsync("board-a");
        await FleetHost.UntilAsync(() => !board.Client.IsConnected);
        Assert.AreNotEqual(MqttClientConnectResultCode.Success, await host.TryConnectAsync(host.NewClient(), board.Certificate, "board-a"));
        Device device = host.Server.Registry.Find("board-a")!;
        Assert.AreEqual((DeviceState.Revoked, ""), (device.State, device.Tenant));
        Assert.AreEqual("unknown-device", await TokenAsync(north, HttpMethod.Get, "devices/board-a"));
        using JsonDocument open = JsonDocument.Parse(await north.GetStringAsync("claims/" + claim.GetProperty("code").GetString()));
        Assert.AreNotEqual("done", open.RootElement.GetProperty("state").GetString());
        Assert.IsFalse(host.Server.Log.After(0, 1000).Any(entry => entry.Event == "claim" && entry.Field("state") == "done"));
    }

    /// <summary>A quarantined board says other things, and no yes.</summary>
    [TestMethod]
    public async Task AQuarantineMeanwhileOutrunsTheYes()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await using ClaimedBoard board = await ClaimedBoard.StartAsync(host, "board-a");
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        await OpenAsync(north, "board-a", Secret);
        byte[] answer = ClaimAnswer.Sign(await board.AskedAsync(), board.Key);
        Assert.AreEqual(200, (await host.PostAsync("devices/board-a/state", new { state = "quarantined", reason = "odd", actor = "operator" })).Status);
        await board.ConnectAsync();
        await board.AnswerAsync(answer);
        await host.ExpectAsync("denied", ("action", "publish"), ("resource", "topic:devices/board-a/requests/claim"), ("token", "default-deny"));
        Assert.AreEqual((DeviceState.Quarantined, ""), (host.Server.Registry.Find("board-a")!.State, host.Server.Registry.Find("board-a")!.Tenant));
    }

    /// <summary>While entries are known to be lost and nobody has accepted that, one of them may have revoked this board.</summary>
    [TestMethod]
    public async Task NoClaimIsDoneWhileEntriesAreLost()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await using ClaimedBoard board = await ClaimedBoard.StartAsync(host, "board-a");
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        JsonElement claim = await OpenAsync(north, "board-a", Secret);
        byte[] answer = ClaimAnswer.Sign(await board.AskedAsync(), board.Key);
        string head = Lost.Prove(host);
        await RefusedAsync(host, board, answer, RestoreWatch.Kind);
        Assert.AreEqual("", await TokenAsync(north, HttpMethod.Post, $"claims/{claim.GetProperty("code").GetString()}/cancel"));
        Assert.AreEqual(RestoreWatch.Kind, await TryOpenAsync(north, "board-a", Secret));
        Assert.AreEqual("claim-refused", await TryOpenAsync(north, "board-a", "ZZZZZZZZZZZZZZZZZZZZ"), "who does not know the secret learns nothing");
        Assert.AreEqual(200, (await host.PostAsync("restore/accept", new { head, reason = "looked" })).Status);
        await ClaimAsync(host, board, north);
    }

    [TestMethod]
    public async Task TwoClaimsCancelEachOther()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await using ClaimedBoard board = await ClaimedBoard.StartAsync(host, "board-a");
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        using HttpClient thief = host.NewCaller(ApiRoles.Operator, "thief");
        JsonElement first = await OpenAsync(thief, "board-a", Secret);
        ClaimRequest asked = await board.AskedAsync();
        Assert.AreEqual("two-claims", await TryOpenAsync(north, "board-a", Secret));
        await RefusedAsync(host, board, ClaimAnswer.Sign(asked, board.Key), "claim-cancelled");
        Assert.AreEqual("unknown-claim", await TokenAsync(north, HttpMethod.Get, "claims/" + first.GetProperty("code").GetString()), "another tenant's");

        JsonElement own = await OpenAsync(north, "board-a", Secret);
        Assert.AreEqual("", await TokenAsync(north, HttpMethod.Post, $"claims/{own.GetProperty("code").GetString()}/cancel"));
        await RefusedAsync(host, board, ClaimAnswer.Sign(await board.AskedAsync(), board.Key), "claim-cancelled");
        Assert.AreEqual(4, host.Server.Registry.Audit(0, 100, "board-a").Count(entry => entry.Kind is "claim-cancelled" or "claim-opened") - 1);
    }

    [TestMethod]
    public async Task WhoGivesADeviceAwayHasItNoMore()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await using ClaimedBoard board = await ClaimedBoard.StartAsync(host, "board-a");
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        using HttpClient south = host.NewCaller(ApiRoles.Operator, "south");
        await ClaimAsync(host, board, north);
        await board.ConnectAsync();
        await board.Client.PublishAsync(FleetHost.Message("devices/board-a/telemetry", Telemetry("board-a")));
        Assert.AreEqual("unknown-device", await TokenAsync(south, HttpMethod.Post, "devices/board-a/disown"), "not south's to give");
        Assert.AreEqual("bad-tenant", await TokenAsync(north, HttpMethod.Post, "devices/board-a/transfer", """{"tenant":""}"""));

        Assert.AreEqual("", await TokenAsync(north, HttpMethod.Post, "devices/board-a/transfer", """{"tenant":"south"}"""));
        Assert.AreEqual("unknown-device", await TokenAsync(north, HttpMethod.Get, "devices/board-a"));
        Assert.AreEqual("unknown-device", await TokenAsync(north, HttpMethod.Get, "devices/board-a/telemetry"));
        Assert.AreEqual("[]", await south.GetStringAsync("devices/board-a/telemetry"), "not what it measured for north");
        Assert.AreEqual("already-claimed", await TryOpenAsync(north, "board-a", Secret), "the label does not bring it back");

        Assert.AreEqual("", await TokenAsync(south, HttpMethod.Post, "devices/board-a/disown"));
        Assert.AreEqual("unknown-device", await TokenAsync(south, HttpMethod.Get, "devices/board-a"));
        Device device = host.Server.Registry.Find("board-a")!;
        Assert.AreEqual((DeviceState.Shipped, "", null), (device.State, device.Tenant, device.Owner));
        await host.ExpectAsync("ended", ("device", "board-a"));
        await board.ConnectAsync();
        await ClaimAsync(host, board, north);
        Assert.AreEqual("north", host.Server.Registry.Find("board-a")!.Tenant);
    }

    [TestMethod]
    public async Task NoKeyOfTheApiStandsForTheDevicesYes()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await host.AddDeviceAsync("board-a", claimed: false, claim: Verifier());
        (int status, JsonElement answer) = await host.PostAsync("devices/board-a/state", new { state = "claimed", reason = "mine", actor = "owner" });
        Assert.AreEqual((409, "needs-proof"), (status, answer.GetProperty("token").GetString()));
        (status, answer) = await host.PostAsync("devices/board-a/state", new { state = "active", reason = "mine", actor = "owner" });
        Assert.AreEqual((409, "transition-refused"), (status, answer.GetProperty("token").GetString()));

        // A device without a label, such as a gateway, is put to work by who runs the fleet, and by no tenant.
        await host.AddDeviceAsync("gateway", claimed: false);
        Assert.AreEqual(200, (await host.PostAsync("devices/gateway/tenant", new { tenant = "north" })).Status);
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        const string Mine = """{"state":"claimed","reason":"mine","actor":"owner"}""";
        Assert.AreEqual("tenant-refused", await TokenAsync(north, HttpMethod.Post, "devices/gateway/state", Mine));
        Assert.AreEqual(200, (await host.PostAsync("devices/gateway/state", Encoding.UTF8.GetBytes(Mine))).Status);
    }

    [TestMethod]
    public async Task AnOpenClaimIsAskedAgainWhenTheDeviceListensAgain()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await using ClaimedBoard board = await ClaimedBoard.StartAsync(host, "board-a");
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        await OpenAsync(north, "board-a", Secret);
        ClaimRequest first = await board.AskedAsync();
        await board.ConnectAsync();
        ClaimRequest again = await board.AskedAsync();
        CollectionAssert.AreEqual(first.Encode(), again.Encode());
    }

    [TestMethod]
    public void ALabelsCodeIsItsClaimSecretHere()
    {
        Assert.AreEqual(Secret, Encoding.ASCII.GetString(ClaimSecret.OfLabel(Encoding.ASCII.GetBytes($"DF1:board-a:{Secret}:7XK2M9QD4T0A"))));
        CollectionAssert.AreEqual(Encoding.ASCII.GetBytes(Secret), ClaimSecret.Read("o1234-56789-abcde-fghjk\n"u8));
        CollectionAssert.AreEqual(Encoding.ASCII.GetBytes("11011111111111111111"), ClaimSecret.Read("ilOlLI11111111111111"u8));
        Assert.IsTrue(ClaimSecret.Fits(Encoding.ASCII.GetBytes(Secret), Verifier()));
        Assert.IsFalse(ClaimSecret.Fits(Encoding.ASCII.GetBytes(Secret[..^1] + "M"), Verifier()));
        Assert.IsFalse(ClaimSecret.Fits(null, Verifier()));
    }

    private static async Task ClaimAsync(FleetHost host, ClaimedBoard board, HttpClient caller)
    {
        await OpenAsync(caller, board.Id, Secret);
        await board.AnswerAsync(ClaimAnswer.Sign(await board.AskedAsync(), board.Key));
        for (int i = 0; i < 400 && host.Server.Registry.Find(board.Id)!.State != DeviceState.Active; i++)
        {
            await Task.Delay(25);
        }

        Assert.AreEqual(DeviceState.Active, host.Server.Registry.Find(board.Id)!.State);
    }

    private static async Task RefusedAsync(FleetHost host, ClaimedBoard board, byte[] answer, string token)
    {
        await board.AnswerAsync(answer);
        await host.ExpectAsync("claim", ("device", board.Id), ("state", "refused"), ("token", token));
        Assert.AreEqual((DeviceState.Shipped, ""), (host.Server.Registry.Find(board.Id)!.State, host.Server.Registry.Find(board.Id)!.Tenant));
    }

    private static byte[] Forged(ClaimRequest request, IIdentityKey key, string context)
    {
        byte[] payload = request.Encode();
        byte[] keyHash = key.PublicKey.KeyHash();
        return new CborWriter().Map(2)
            .Unsigned(1).Bytes(key.PublicKey.EncodeSubjectPublicKeyInfo())
            .Unsigned(2).Bytes(CoseSign1.Encode(keyHash, payload, key.Sign(CoseSign1.Digest(keyHash, payload, context))))
            .ToArray();
    }

    private static async Task<JsonElement> OpenAsync(HttpClient caller, string device, string secret)
    {
        using HttpResponseMessage response = await caller.PostAsync("claims/" + device, new ByteArrayContent(Encoding.ASCII.GetBytes(secret)));
        string text = await response.Content.ReadAsStringAsync();
        Assert.IsTrue(response.IsSuccessStatusCode, text);
        using JsonDocument document = JsonDocument.Parse(text);
        return document.RootElement.Clone();
    }

    private static Task<string> TryOpenAsync(HttpClient caller, string device, string secret) => TokenAsync(caller, HttpMethod.Post, "claims/" + device, secret);

    /// <summary>The token of the refusal; empty when it was none.</summary>
    private static async Task<string> TokenAsync(HttpClient caller, HttpMethod method, string path, string body = "{}")
    {
        using HttpRequestMessage request = new(method, path);
        if (method == HttpMethod.Post)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        using HttpResponseMessage response = await caller.SendAsync(request);
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return response.IsSuccessStatusCode ? "" : document.RootElement.GetProperty("token").GetString()!;
    }

    private static string Telemetry(string id) => $$"""{"deviceId":"{{id}}","tempC":21.5,"ts":"2026-11-23T00:00:00Z"}""";

    private static string Verifier()
    {
        byte[] salt = new byte[16];
        byte[] hash = Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(Secret), salt, 1000, HashAlgorithmName.SHA256, 32);
        return $"pbkdf2-sha256$1000${Convert.ToHexStringLower(salt)}${Convert.ToHexStringLower(hash)}";
    }

    /// <summary>A shipped board with a label, connected and listening, whose key is at hand.</summary>
    private sealed class ClaimedBoard(FleetHost host, string id, X509Certificate2 certificate, ECDsa key) : IAsyncDisposable
    {
        private ConcurrentQueue<byte[]> _asked = new();

        public string Id => id;

        public X509Certificate2 Certificate => certificate;

        public IIdentityKey Key { get; } = new HostKey(key);

        public IMqttClient Client { get; private set; } = null!;

        public static async Task<ClaimedBoard> StartAsync(FleetHost host, string id)
        {
            ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            X509Certificate2 certificate = await host.AddDeviceAsync(id, host.Pki.Device($"CN={id}", key: key), claimed: false, claim: Verifier());
            ClaimedBoard board = new(host, id, certificate, key);
            await board.ConnectAsync();
            return board;
        }

        public async Task ConnectAsync()
        {
            ConcurrentQueue<byte[]> asked = _asked = new();
            Client = await host.ConnectAsync(certificate, id);
            Client.ApplicationMessageReceivedAsync += args =>
            {
                if (args.ApplicationMessage.Topic.EndsWith("/claim", StringComparison.Ordinal))
                {
                    asked.Enqueue(System.Buffers.BuffersExtensions.ToArray(args.ApplicationMessage.Payload));
                }

                return Task.CompletedTask;
            };
            await Client.SubscribeAsync($"devices/{id}/commands/#", MqttQualityOfServiceLevel.AtLeastOnce);
        }

        public async Task<ClaimRequest> AskedAsync()
        {
            for (int i = 0; i < 400; i++)
            {
                if (_asked.TryDequeue(out byte[]? message))
                {
                    return ClaimRequest.Decode(message);
                }

                await Task.Delay(25);
            }

            throw new AssertFailedException("the device was not asked");
        }

        public async Task AnswerAsync(byte[] answer)
        {
            try
            {
                await Client.PublishAsync(FleetHost.Message($"devices/{id}/requests/claim", answer));
            }
            catch (MQTTnet.Exceptions.MqttCommunicationException)
            {
                // Its connection may end with the claim.
            }
        }

        public ValueTask DisposeAsync()
        {
            key.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

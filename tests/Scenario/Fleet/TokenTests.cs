using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using DeviceFirmware.Connect;
using DeviceFirmware.Fleet;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Tokens for HTTP APIs: asked for over MQTT, checked by anybody with the key set, and by the fleet's own API with the registry.</summary>
[TestClass]
public sealed class TokenTests
{
    private const string All = "self:read telemetry:write";

    [TestMethod]
    public async Task ADeviceGetsATokenAndAnybodyChecksIt()
    {
        await using FleetHost host = await StartAsync();
        await using TokenBoard board = await TokenBoard.StartAsync(host, "board-a");
        TokenReply reply = await board.AskAsync(TokenScopes.Own, All);
        Assert.AreEqual(("", 900), (reply.Refusal, reply.Seconds));
        (_, JsonElement self) = await CallAsync(host, reply.Token, "device");
        Assert.AreEqual(("board-a", "north", "active"), (self.GetProperty("id").GetString(), self.GetProperty("tenant").GetString(), self.GetProperty("state").GetString()));
        (int status, _) = await PostAsync(host, reply.Token, """{"deviceId":"board-a","tempC":20.5,"ts":"2026-11-22T10:00:00Z"}""");
        Assert.AreEqual(204, status);
        (_, JsonElement telemetry) = await host.GetAsync("devices/board-a/telemetry");
        Assert.AreEqual(1, telemetry.GetArrayLength());
        (status, _) = await PostAsync(host, reply.Token, """{"deviceId":"board-b","tempC":20.5,"ts":"2026-11-22T10:00:00Z"}""");
        Assert.AreEqual(422, status);

        // Another API: nothing but the key set.
        TokenReply other = await board.AskAsync("weather", "forecast");
        using HttpClient anybody = host.NewCaller(ApiRoles.None, null);
        using HttpResponseMessage response = await anybody.GetAsync(".well-known/jwks.json");
        Assert.AreEqual(TimeSpan.FromMinutes(10), response.Headers.CacheControl!.MaxAge);
        string set = await response.Content.ReadAsStringAsync();
        Assert.DoesNotContain("\"d\"", set, "no private half");
        TokenValidationResult checkedBy = await new JsonWebTokenHandler().ValidateTokenAsync(other.Token, new TokenValidationParameters
        {
            ValidIssuer = "fleet",
            ValidAudience = "weather",
            ValidAlgorithms = ["ES256"],
            IssuerSigningKeys = new JsonWebKeySet(set).GetSigningKeys(),
        });
        Assert.IsTrue(checkedBy.IsValid, checkedBy.Exception?.Message);
        Assert.AreEqual("north board-a meter forecast", $"{checkedBy.Claims["tenant"]} {checkedBy.Claims["sub"]} {checkedBy.Claims["product"]} {checkedBy.Claims["scope"]}");
        Assert.AreEqual("token-audience", (await CallAsync(host, other.Token, "device")).Token);

        AuditEntry[] audit = [.. host.Server.Registry.Audit(0, 100, "board-a").Where(entry => entry.Kind == "token")];
        Assert.HasCount(2, audit);
        Assert.AreEqual((Actor.Device, "device:board-a"), (audit[0].Actor, audit[0].Identity));
        Assert.DoesNotContain(reply.Token.Split('.')[2], string.Join(' ', host.Server.Log.After(0, 1000).SelectMany(entry => entry.Fields).Select(field => field.Value)), "no log has a token");
        if (!OperatingSystem.IsWindows())
        {
            foreach (string file in Directory.GetFiles(host.PathOf("data/tokens")))
            {
                Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
            }
        }
    }

    [TestMethod]
    [DataRow(DeviceState.Revoked)]
    [DataRow(DeviceState.Quarantined)]
    [DataRow(DeviceState.Shipped)]
    [DataRow(DeviceState.Retired)]
    public async Task ATokenThatHoldsIsWorthNothingOnceTheDeviceMayNoMore(DeviceState state)
    {
        await using FleetHost host = await StartAsync();
        await using TokenBoard board = await TokenBoard.StartAsync(host, "board-a");
        TokenReply reply = await board.AskAsync(TokenScopes.Own, All);
        Assert.AreEqual("", (await CallAsync(host, reply.Token, "device")).Token);
        Assert.IsNull(host.Server.Registry.ChangeState("board-a", state, Actor.Owner, "a test").Refusal);
        Assert.AreEqual("state-" + DeviceRegistry.Word(state), (await CallAsync(host, reply.Token, "device")).Token);
        await host.ExpectAsync("denied", ("action", "api"), ("token", "state-" + DeviceRegistry.Word(state)));
    }

    [TestMethod]
    public async Task AnotherTenantAndATimeBeforeTheReleaseRefuse()
    {
        ShiftedTime time = new();
        await using FleetHost host = await StartAsync(time);
        await using TokenBoard board = await TokenBoard.StartAsync(host, "board-a");
        TokenReply reply = await board.AskAsync(TokenScopes.Own, All);
        time.Ahead = TimeSpan.FromSeconds(5);
        Assert.IsNull(host.Server.Registry.ChangeState("board-a", DeviceState.Quarantined, Actor.Operator, "a test").Refusal);
        Assert.IsNull(host.Server.Registry.Release("board-a", Actor.Operator, "a test").Refusal);
        Assert.AreEqual("token-before-state", (await CallAsync(host, reply.Token, "device")).Token);
        await host.Server.Broker.ReviewAsync("board-a");
        await board.ConnectAsync();
        reply = await board.AskAsync(TokenScopes.Own, All);
        Assert.AreEqual("", (await CallAsync(host, reply.Token, "device")).Token);
        Assert.IsNull(host.Server.Registry.Assign("board-a", "south", Actor.Operator).Refusal);
        Assert.AreEqual("other-tenant", (await CallAsync(host, reply.Token, "device")).Token);
        Assert.IsNull(host.Server.Registry.Assign("board-a", "north", Actor.Operator).Refusal);
        time.Ahead += DeviceToken.Life;
        Assert.AreEqual("token-expired", (await CallAsync(host, reply.Token, "device")).Token);
    }

    [TestMethod]
    public async Task WhoMayHaveNoneIsToldWhy()
    {
        await using FleetHost host = await StartAsync();
        await using TokenBoard nobodys = await TokenBoard.StartAsync(host, "board-n", tenant: "");
        Assert.AreEqual("no-tenant", (await nobodys.AskAsync(TokenScopes.Own, All)).Refusal);
        await using TokenBoard shipped = await TokenBoard.StartAsync(host, "board-s", claimed: false);
        Assert.AreEqual("state-shipped", (await shipped.AskAsync(TokenScopes.Own, All)).Refusal);
        await using TokenBoard board = await TokenBoard.StartAsync(host, "board-a");
        Assert.AreEqual("audience-refused", (await board.AskAsync("bank", "pay")).Refusal);
        Assert.AreEqual("scope-refused", (await board.AskAsync(TokenScopes.Own, "self:read devices:write")).Refusal);
        Assert.AreEqual("scope-refused", (await board.AskAsync(TokenScopes.Own, "self:read  telemetry:write")).Refusal);
        await host.ExpectAsync("denied", ("action", "token"), ("device", "board-a"), ("token", "scope-refused"));
        TokenReply narrow = await board.AskAsync(TokenScopes.Own, TokenScopes.TelemetryWrite);
        Assert.AreEqual("scope-refused", (await CallAsync(host, narrow.Token, "device")).Token);

        // A quarantined device may not even ask: its document has no such topic.
        await host.PostAsync("devices/board-a/state", new { state = "quarantined", reason = "a test", actor = "operator" });
        await board.ConnectAsync();
        await board.SendAsync(new TokenRequest(new byte[16], TokenScopes.Own, All).Encode());
        await host.ExpectAsync("denied", ("action", "publish"), ("resource", "topic:devices/board-a/requests/token"));
        await shipped.SendAsync([1, 2, 3]);
        await host.ExpectAsync("malformed", ("device", "board-s"), ("reason", "is not a request for a token"));
    }

    [TestMethod]
    public async Task KeysRotateWithoutAGap()
    {
        ShiftedTime time = new();
        await using FleetHost host = await StartAsync(time);
        await using TokenBoard board = await TokenBoard.StartAsync(host, "board-a");
        string first = (await board.AskAsync(TokenScopes.Own, All)).Token;
        string[] set = await KeySetAsync(host);
        Assert.HasCount(2, set, "the one that signs, and the next");
        using DatabaseSource source = DatabaseSource.Sqlite(host.PathOf("data"));
        using TokenKeys keys = new(host.PathOf("data"), source, time);
        Assert.AreEqual("next-too-young", keys.Rotate(lost: false, Account.Command("a test")).Refusal?.Token);
        time.Ahead = TokenKeys.KeptFor;
        Assert.IsNull(keys.Rotate(lost: false, Account.Command("a test")).Refusal);
        string second = (await board.AskAsync(TokenScopes.Own, All)).Token;
        string kid = new JsonWebToken(second).Kid;
        Assert.AreNotEqual(new JsonWebToken(first).Kid, kid);
        Assert.Contains(kid, set, "whoever kept the set of before has the key already");
        Assert.HasCount(3, await KeySetAsync(host));
        Assert.AreEqual("", (await CallAsync(host, first, "device")).Token, "a token outlives its key's last signature");
        Assert.AreEqual("", (await CallAsync(host, second, "device")).Token);
        Assert.HasCount(2, Directory.GetFiles(host.PathOf("data/tokens")), "the former key signs nothing more");
        time.Ahead += DeviceToken.Life;
        Assert.HasCount(2, await KeySetAsync(host));
        Assert.AreEqual("token-rotated", host.Server.Registry.Audit(0, 100, null).Last(entry => entry.Kind.StartsWith("token-", StringComparison.Ordinal)).Kind);

        // Stolen: its tokens end with it.
        string third = (await board.AskAsync(TokenScopes.Own, All)).Token;
        Assert.IsNull(keys.Rotate(lost: true, Account.Command("a test")).Refusal);
        Assert.AreEqual("token-key", (await CallAsync(host, third, "device")).Token);
        string fourth = (await board.AskAsync(TokenScopes.Own, All)).Token;
        Assert.AreEqual("", (await CallAsync(host, fourth, "device")).Token);
    }

    [TestMethod]
    public async Task KeysOutliveARestartAndNotTheirFiles()
    {
        await using FleetHost host = await StartAsync();
        await using TokenBoard board = await TokenBoard.StartAsync(host, "board-a");
        string token = (await board.AskAsync(TokenScopes.Own, All)).Token;
        await host.RestartAsync();
        Assert.AreEqual("", (await CallAsync(host, token, "device")).Token);
        await host.StopAsync();
        Directory.Delete(host.PathOf("data/tokens"), recursive: true);
        await host.RestartAsync();
        Assert.AreEqual("token-key", (await CallAsync(host, token, "device")).Token, "as after a restore");
        Assert.HasCount(2, await KeySetAsync(host));
    }

    [TestMethod]
    public async Task ADeviceHasItsShareAndAStrangerIsThrottled()
    {
        await using FleetHost host = await StartAsync(limits: new Limits(Connects: 1000, Tokens: 2, Requests: 2));
        await using TokenBoard board = await TokenBoard.StartAsync(host, "board-a");
        string token = (await board.AskAsync(TokenScopes.Own, All)).Token;
        await board.AskAsync(TokenScopes.Own, All);
        Assert.AreEqual("too-many-tokens", (await board.AskAsync(TokenScopes.Own, All)).Refusal);
        await CallAsync(host, token, "device");
        await CallAsync(host, token, "device");
        Assert.AreEqual("too-many-requests", (await CallAsync(host, token, "device")).Token);
        Assert.AreEqual("no-token", (await CallAsync(host, null, "device")).Token);
        for (int i = 0; i < FailedKeys.Limit; i++)
        {
            Assert.AreEqual("token-malformed", (await CallAsync(host, "x.y.z", "device")).Token);
        }

        Assert.AreEqual("too-many-failures", (await CallAsync(host, "x.y.z", "device")).Token);
    }

    private static async Task<FleetHost> StartAsync(TimeProvider? time = null, Limits? limits = null)
    {
        FleetHost host = await FleetHost.StartAsync(time: time, limits: limits ?? new Limits(Connects: 1000, Tokens: 100));
        await host.StopAsync();
        await File.WriteAllTextAsync(host.PathOf("policies/tokens.json"), """{"fleet": ["self:read", "telemetry:write"], "weather": ["forecast"]}""");
        await host.RestartAsync();
        return host;
    }

    private static async Task<string[]> KeySetAsync(FleetHost host)
    {
        using HttpClient anybody = host.NewCaller(ApiRoles.None, null);
        using JsonDocument set = JsonDocument.Parse(await anybody.GetStringAsync(".well-known/jwks.json"));
        return [.. set.RootElement.GetProperty("keys").EnumerateArray().Select(key => key.GetProperty("kid").GetString()!)];
    }

    private static async Task<(string Token, JsonElement Answer)> CallAsync(FleetHost host, string? token, string path)
    {
        using HttpClient caller = Caller(host, token);
        using HttpResponseMessage response = await caller.GetAsync(path);
        JsonElement answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        return (response.StatusCode == HttpStatusCode.OK ? "" : answer.GetProperty("token").GetString()!, answer);
    }

    private static async Task<(int Status, string Answer)> PostAsync(FleetHost host, string token, string body)
    {
        using HttpClient caller = Caller(host, token);
        using HttpResponseMessage response = await caller.PostAsync("device/telemetry", new StringContent(body));
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync());
    }

    private static HttpClient Caller(FleetHost host, string? token)
    {
        HttpClient caller = host.NewCaller(ApiRoles.None, null);
        caller.DefaultRequestHeaders.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return caller;
    }

    /// <summary>A connected device that asks for tokens.</summary>
    private sealed class TokenBoard(FleetHost host, string id, X509Certificate2 certificate) : IAsyncDisposable
    {
        private readonly System.Collections.Concurrent.BlockingCollection<byte[]> _replies = [];
        private IMqttClient _client = null!;

        public static async Task<TokenBoard> StartAsync(FleetHost host, string id, string tenant = "north", bool claimed = true)
        {
            TokenBoard board = new(host, id, await host.AddDeviceAsync(id, claimed: claimed));
            if (claimed && tenant.Length > 0)
            {
                Assert.IsNull(host.Server.Registry.Assign(id, tenant, Actor.Operator).Refusal);
            }

            await board.ConnectAsync();
            return board;
        }

        public async Task ConnectAsync()
        {
            _client = await host.ConnectAsync(certificate, id);
            _client.ApplicationMessageReceivedAsync += args =>
            {
                _replies.Add(System.Buffers.BuffersExtensions.ToArray(args.ApplicationMessage.Payload));
                return Task.CompletedTask;
            };
            await _client.SubscribeAsync($"devices/{id}/commands/token");
        }

        public Task SendAsync(byte[] payload) => _client.PublishAsync(FleetHost.Message($"devices/{id}/requests/token", payload));

        public async Task<TokenReply> AskAsync(string audience, string scope)
        {
            byte[] nonce = System.Security.Cryptography.RandomNumberGenerator.GetBytes(TokenRequest.NonceSize);
            await SendAsync(new TokenRequest(nonce, audience, scope).Encode());
            Assert.IsTrue(_replies.TryTake(out byte[]? body, TimeSpan.FromSeconds(20)), "no reply");
            TokenReply reply = TokenReply.Decode(body);
            Assert.IsNotNull(reply);
            Assert.AreSequenceEqual(nonce, reply.Nonce);
            return reply;
        }

        public ValueTask DisposeAsync()
        {
            _replies.Dispose();
            certificate.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}

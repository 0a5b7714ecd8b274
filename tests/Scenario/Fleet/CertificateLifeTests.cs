using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Fleet;
using MQTTnet;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>What whoever runs a fleet sees of certificates: which is in use, when it ends, when its renewal is due, and how many are late.</summary>
[TestClass]
public sealed class CertificateLifeTests
{
    private const string Id = "board-a";

    [TestMethod]
    public async Task TheLifeOfADevicesCertificatesIsSeenAndCounted()
    {
        ShiftedTime time = new();
        await using FleetHost host = await FleetHost.StartAsync(operational: TimeSpan.FromDays(30), time: time, limits: new Limits(Connects: 1000, Tokens: 1));
        await File.WriteAllTextAsync(host.PathOf("policies/tokens.json"), """{"fleet": ["self:read"]}""");
        await host.RestartAsync();
        X509Certificate2 initial = await OperationalTests.ActiveAsync(host);
        Assert.AreEqual("idevid", await InUseAsync(host));
        Assert.AreEqual(JsonValueKind.Null, (await host.GetAsync($"devices/{Id}")).Answer.GetProperty("certificateUntil").ValueKind);

        X509Certificate2 first;
        await using (OperationalBoard board = await OperationalBoard.ConnectAsync(host, initial))
        {
            await board.ReplyAsync();
            first = await board.EnrolAsync();
            Assert.AreEqual("idevid", await InUseAsync(host), "it has not been shown");
            await board.Client.PublishAsync(FleetHost.Message($"devices/{Id}/requests/certificate", DeviceFirmware.Trust.EnrolmentRequest.Encode([1, 2, 3])));
            await board.ReplyAsync();
        }

        await using OperationalBoard under = await OperationalBoard.ConnectAsync(host, first);
        Assert.AreEqual("ldevid", await InUseAsync(host));
        JsonElement shown = (await host.GetAsync($"devices/{Id}")).Answer;
        DateTime begin = first.NotBefore.ToUniversalTime();
        Assert.AreEqual(begin.AddDays(30), shown.GetProperty("certificateUntil").GetDateTime().ToUniversalTime());
        long due = DeviceFirmware.Identity.RenewalTime.Of(new DateTimeOffset(begin).ToUnixTimeSeconds(), new DateTimeOffset(begin.AddDays(30)).ToUnixTimeSeconds(), SHA256.HashData(first.RawData));
        Assert.IsLessThan(3.0, Math.Abs((shown.GetProperty("renewalDueAt").GetDateTime().ToUniversalTime() - DateTime.UnixEpoch.AddSeconds(due)).TotalSeconds), "as the board itself reckons");
        Assert.AreEqual(Hash(first), shown.GetProperty("operationalSha256").GetString());
        Assert.AreEqual(0, await EndingAsync(host, 29));
        Assert.AreEqual(1, await EndingAsync(host, 31));
        Assert.AreEqual(422, (await host.GetAsync("devices?endsWithin=367")).Status);

        using X509Certificate2 second = await under.EnrolAsync(); // renewed over the connection that the first has made
        foreach (string scope in (string[])["self:read", "self:read"])
        {
            await under.Client.PublishAsync(FleetHost.Message($"devices/{Id}/requests/token", new TokenRequest(RandomNumberGenerator.GetBytes(TokenRequest.NonceSize), "fleet", scope).Encode()));
        }

        await host.ExpectAsync("denied", ("action", "token"), ("token", "too-many-tokens"));
        await using (OperationalBoard spare = await OperationalBoard.ConnectAsync(host, initial))
        {
            await spare.ReplyAsync();
            using X509Certificate2 third = await spare.EnrolAsync(); // and one as after a year in a box
        }

        await MetricsAsync(
            host,
            "fleet_operational_certificates_total{outcome=\"first\"} 1", "fleet_operational_certificates_total{outcome=\"renewed\"} 1",
            "fleet_operational_certificates_total{outcome=\"recovered\"} 1", "fleet_operational_certificates_total{outcome=\"refused\"} 1",
            "fleet_device_tokens_total{outcome=\"given\"} 1", "fleet_device_tokens_total{outcome=\"refused\"} 1",
            "fleet_operational_certificates_ending{days=\"14\"} 0", "fleet_operational_certificates_overdue 0");
        time.Ahead = TimeSpan.FromDays(26);
        await MetricsAsync(
            host,
            "fleet_operational_certificates_ending{days=\"1\"} 0", "fleet_operational_certificates_ending{days=\"3\"} 0",
            "fleet_operational_certificates_ending{days=\"7\"} 1", "fleet_operational_certificates_overdue 1");
        time.Ahead = TimeSpan.FromDays(40);
        Assert.AreEqual("", await InUseAsync(host));
        Assert.AreEqual(1, await EndingAsync(host, 0), "it has ended: the device is not working");
        await MetricsAsync(host, "fleet_operational_certificates_ending{days=\"1\"} 1");
        first.Dispose();
    }

    [TestMethod]
    public async Task OneCertificateEndsAndEachRefusalHasItsReason()
    {
        await using FleetHost host = await FleetHost.StartAsync(operational: TimeSpan.FromDays(30));
        X509Certificate2 initial = await OperationalTests.ActiveAsync(host);
        await using OperationalBoard board = await OperationalBoard.ConnectAsync(host, initial);
        await board.ReplyAsync();
        using X509Certificate2 local = await board.EnrolAsync();
        await using OperationalBoard under = await OperationalBoard.ConnectAsync(host, local);
        Assert.AreEqual("unknown-certificate", await EndAsync(host, new string('0', 64)));
        Assert.AreEqual("initial-certificate", await EndAsync(host, Hash(initial)));
        Assert.AreEqual("bad-reason", await EndAsync(host, Hash(local), ""));
        Assert.AreEqual("bad-reason", await EndAsync(host, Hash(local), new string('x', 257)));
        Assert.AreEqual("unknown-device", await EndAsync(host, Hash(local), path: "board-z"));
        using (HttpClient south = host.NewCaller(ApiRoles.Operator, "south"))
        {
            using StringContent body = new($$"""{"sha256":"{{Hash(local)}}","reason":"not mine"}""", Encoding.UTF8, "application/json");
            Assert.AreEqual(HttpStatusCode.NotFound, (await south.PostAsync($"devices/{Id}/certificates/end", body)).StatusCode);
        }

        Assert.IsTrue(under.Client.IsConnected);
        Assert.AreEqual("", await EndAsync(host, Hash(local)));
        await FleetHost.UntilAsync(() => !under.Client.IsConnected);
        Assert.AreEqual("certificate-ended", await EndAsync(host, Hash(local)));
        AuditEntry entry = host.Server.Registry.Audit(0, 100, Id).Single(e => e.Kind == "certificate-ended");
        Assert.AreEqual($"{Hash(local)}: a test", entry.Reason);
        JsonElement row = (await host.GetAsync($"devices/{Id}/certificates")).Answer.EnumerateArray().Single(c => c.GetProperty("kind").GetString() == "ldevid");
        Assert.AreEqual(("a test", false, JsonValueKind.Null), (row.GetProperty("endReason").GetString(), row.GetProperty("inUse").GetBoolean(), row.GetProperty("renewalDueAt").ValueKind));

        // The IDevID fetches another, and with that the device works again.
        await using OperationalBoard back = await OperationalBoard.ConnectAsync(host, initial);
        Assert.AreEqual("wanted", (await back.ReplyAsync()).Token);
        using X509Certificate2 next = await back.EnrolAsync();
        await using OperationalBoard again = await OperationalBoard.ConnectAsync(host, next);
        Assert.AreEqual("ldevid", await InUseAsync(host));
    }

    private static async Task<string> InUseAsync(FleetHost host) => string.Join(' ', (await host.GetAsync($"devices/{Id}/certificates")).Answer
        .EnumerateArray().Where(certificate => certificate.GetProperty("inUse").GetBoolean()).Select(certificate => certificate.GetProperty("kind").GetString()));

    private static async Task<int> EndingAsync(FleetHost host, int days) => (await host.GetAsync($"devices?endsWithin={days}")).Answer.GetArrayLength();

    private static async Task<string> EndAsync(FleetHost host, string sha256, string reason = "a test", string path = Id)
    {
        (int status, JsonElement answer) = await host.PostAsync($"devices/{path}/certificates/end", new { sha256, reason });
        return status == 200 ? "" : answer.GetProperty("token").GetString()!;
    }

    private static async Task MetricsAsync(FleetHost host, params string[] lines)
    {
        using HttpClient caller = host.NewCaller(ApiRoles.Auditor, null);
        string text = await caller.GetStringAsync("metrics");
        foreach (string line in lines)
        {
            Assert.Contains(line + "\n", text);
        }
    }

    private static string Hash(X509Certificate2 certificate) => Convert.ToHexStringLower(SHA256.HashData(certificate.RawData));
}

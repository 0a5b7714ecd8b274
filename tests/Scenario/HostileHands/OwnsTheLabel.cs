using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using DeviceFirmware.Fleet;
using DeviceFirmware.Identity;
using DeviceFirmware.Scenario.Fleet;
using DeviceFirmware.Trust;
using MQTTnet;

namespace DeviceFirmware.Scenario.HostileHands;

/// <summary>Who owns the label, or its picture, has id and secret, and here everything that the board ever said: the right to ask, and no yes.</summary>
[TestClass]
public sealed class OwnsTheLabel
{
    private const string Id = "board-a";
    private const string Secret = "0123456789ABCDEFGHJK";

    [TestMethod]
    public async Task ItAsksAndNobodySaysYes()
    {
        ShiftedTime time = new();
        await using FleetHost host = await FleetHost.StartAsync(time: time);
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        byte[] hash = Rfc2898DeriveBytes.Pbkdf2(Encoding.ASCII.GetBytes(Secret), new byte[16], 1000, HashAlgorithmName.SHA256, 32);
        using X509Certificate2 certificate = await host.AddDeviceAsync(
            Id, host.Pki.Device($"CN={Id}", key: key), claimed: false, claim: $"pbkdf2-sha256$1000${Convert.ToHexStringLower(new byte[16])}${Convert.ToHexStringLower(hash)}");
        HostKey board = new(key);
        List<byte[]> asked = [];
        List<byte[]> said = [];
        IMqttClient client = await ListenAsync(host, certificate, asked);
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        using HttpClient thief = host.NewCaller(ApiRoles.Operator, "thief");

        // Without the button it waits ten minutes for nothing; a key of its own under the question is not the board's.
        await OpenAsync(thief, asked, 1);
        await SayAsync(client, ClaimAnswer.Sign(ClaimRequest.Decode(asked[0]), new HostKey(ECDsa.Create(ECCurve.NamedCurves.nistP256))));
        await host.ExpectAsync("claim", ("device", Id), ("state", "refused"), ("token", "other-device"));
        time.Ahead = Claim.Duration;
        said.Add(ClaimAnswer.Sign(ClaimRequest.Decode(asked[0]), board)); // pressed too late

        // The owner claims; the thief's second claim costs both, no more, and what the board says then is a yes to nothing.
        await OpenAsync(north, asked, 2);
        Assert.AreEqual("two-claims", await RefusedAsync(thief));
        said.Add(ClaimAnswer.Sign(ClaimRequest.Decode(asked[1]), board));
        await ReplayAsync(host, client, said);
        Assert.AreEqual((DeviceState.Shipped, ""), State(host));

        await OpenAsync(north, asked, 3);
        said.Add(ClaimAnswer.Sign(ClaimRequest.Decode(asked[2]), board));
        await SayAsync(client, said[2]);
        await FleetHost.UntilAsync(() => State(host) is (DeviceState.Claimed or DeviceState.Active, "north"));

        // It has an owner: the label is worth nothing, nor is any resource of the device.
        Assert.AreEqual("already-claimed", await RefusedAsync(thief));
        foreach (string path in (string[])["", "/certificates", "/telemetry", "/orders", "/settings"])
        {
            Assert.AreEqual(HttpStatusCode.NotFound, (await thief.GetAsync($"devices/{Id}{path}")).StatusCode, path);
        }

        foreach (string path in (string[])["disown", "transfer", "state", "release"])
        {
            Assert.AreNotEqual(HttpStatusCode.OK, (await thief.PostAsJsonAsync($"devices/{Id}/{path}", new { tenant = "thief", state = "revoked", reason = "mine", actor = "owner" })).StatusCode, path);
        }

        client = await ListenAsync(host, certificate, asked);
        await ReplayAsync(host, client, said);
        Assert.AreEqual("north", State(host).Tenant);

        // Given up, it is anybody's who presses: everything recorded is a yes to nothing even now, while the thief asks.
        Assert.AreEqual(HttpStatusCode.OK, (await north.PostAsync($"devices/{Id}/disown", new StringContent("{}"))).StatusCode);
        client = await ListenAsync(host, certificate, asked);
        await OpenAsync(thief, asked, 4);
        await ReplayAsync(host, client, said);
        Assert.AreEqual((DeviceState.Shipped, ""), State(host));
        Assert.IsGreaterThan(2, host.Server.Registry.Audit(0, 1000, Id).Count(entry => entry.Kind is "claim-opened"), "each question is in the audit, with who and from where");
    }

    private static (DeviceState State, string Tenant) State(FleetHost host) => (host.Server.Registry.Find(Id)!.State, host.Server.Registry.Find(Id)!.Tenant);

    // Every recorded yes once more; each is refused before the next.
    private static async Task ReplayAsync(FleetHost host, IMqttClient client, List<byte[]> said)
    {
        int Refused() => host.Server.Log.After(0, DecisionLog.Capacity).Count(entry => entry.Event == "claim" && entry.Field("state") == "refused");
        foreach (byte[] answer in said)
        {
            int before = Refused();
            await SayAsync(client, answer);
            await FleetHost.UntilAsync(() => Refused() > before);
        }
    }

    private static async Task<IMqttClient> ListenAsync(FleetHost host, X509Certificate2 certificate, List<byte[]> asked)
    {
        IMqttClient client = await host.ConnectAsync(certificate, Id);
        client.ApplicationMessageReceivedAsync += args =>
        {
            lock (asked)
            {
                byte[] question = System.Buffers.BuffersExtensions.ToArray(args.ApplicationMessage.Payload);
                if (args.ApplicationMessage.Topic.EndsWith("/claim", StringComparison.Ordinal) && !asked.Any(known => known.AsSpan().SequenceEqual(question)))
                {
                    asked.Add(question);
                }
            }

            return Task.CompletedTask;
        };
        await client.SubscribeAsync($"devices/{Id}/commands/#");
        return client;
    }

    private static Task SayAsync(IMqttClient client, byte[] answer) => client.PublishAsync(FleetHost.Message($"devices/{Id}/requests/claim", answer));

    private static async Task OpenAsync(HttpClient caller, List<byte[]> asked, int questions)
    {
        using HttpResponseMessage response = await caller.PostAsync("claims/" + Id, new ByteArrayContent(Encoding.ASCII.GetBytes(Secret)));
        Assert.AreEqual(HttpStatusCode.OK, response.StatusCode, await response.Content.ReadAsStringAsync());
        await FleetHost.UntilAsync(() => asked.Count == questions);
    }

    private static async Task<string> RefusedAsync(HttpClient caller)
    {
        using HttpResponseMessage response = await caller.PostAsync("claims/" + Id, new ByteArrayContent(Encoding.ASCII.GetBytes(Secret)));
        using JsonDocument document = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return document.RootElement.GetProperty("token").GetString()!;
    }
}

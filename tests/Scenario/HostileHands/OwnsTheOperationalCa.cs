using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Fleet;
using DeviceFirmware.Scenario.Fleet;
using MQTTnet;

namespace DeviceFirmware.Scenario.HostileHands;

/// <summary>
/// Who owns the operational CA for a day signs any certificate, for any device, key and time, and has what was said on that day. The fleet takes what
/// it has issued and registered, and nothing else; afterwards another CA takes its place.
/// </summary>
[TestClass]
public sealed class OwnsTheOperationalCa
{
    private const string Id = "board-a";

    [TestMethod]
    public async Task WhatItSignsIsNobody()
    {
        await using FleetHost host = await FleetHost.StartAsync(operational: TimeSpan.FromDays(30));
        X509Certificate2 initial = await OperationalTests.ActiveAsync(host);
        await using OperationalBoard board = await OperationalBoard.ConnectAsync(host, initial);
        await board.ReplyAsync();
        DeviceFirmware.Crypto.P256PrivateKey fresh = DeviceFirmware.Crypto.P256PrivateKey.Import(RandomNumberGenerator.GetBytes(32));
        byte[] request = DeviceFirmware.Identity.CertificateRequest.Create(new DeviceFirmware.Identity.StoredKey(fresh), host.Server.Registry.Find(Id)!.HardwareId, Id);
        Assert.AreEqual("issued", (await board.AskAsync(fresh)).Token);
        using X509Certificate2 issued = await board.EnrolAsync();

        // For every state of a device, with fresh keys, with the board's own ones, for a month and for ever.
        using X509Certificate2 other = await host.AddDeviceAsync("board-b");
        await host.AddDeviceAsync("board-q");
        await host.PostAsync("devices/board-q/state", new { state = "quarantined", reason = "odd", actor = "operator" });
        await host.AddDeviceAsync("board-r");
        await host.PostAsync("devices/board-r/state", new { state = "revoked", reason = "stolen", actor = "operator" });
        await host.AddDeviceAsync("board-s", claimed: false);
        DateTimeOffset now = DateTimeOffset.UtcNow;
        using ECDsa own = issued.GetECDsaPrivateKey()!;
        using ECDsa identity = initial.GetECDsaPrivateKey()!;
        (string Id, ECDsa? Key, DateTimeOffset End)[] forged =
        [
            (Id, null, now.AddDays(30)), (Id, own, now.AddDays(30)), (Id, identity, now.AddDays(30)), (Id, own, now.AddYears(9)), ("board-b", null, now.AddDays(30)),
            ("board-q", null, now.AddDays(30)), ("board-r", null, now.AddDays(30)), ("board-s", null, now.AddDays(30)), ("board-z", null, now.AddDays(30)), ("fleet", null, now.AddDays(30)),
        ];
        foreach ((string id, ECDsa? key, DateTimeOffset end) in forged)
        {
            using X509Certificate2 made = host.Pki.Operational(id, "north", now.AddHours(-1), end, key);
            Assert.AreNotEqual(0, await RawConnection.ConnectAsync(host.Server.MqttPort, host.Pki.Broker, made, [host.Pki.OperationalCa], id), $"{id} {(key is null ? "" : "its own key")} {end}");
        }

        Assert.AreEqual(2, host.Server.Registry.Certificates(Id).Count(certificate => certificate.Kind == CertificateKind.Ldevid), "nothing of it is registered");

        // The recorded request again: on the board's own connection its key is known; on another board's it is another's.
        Assert.AreEqual("key-known", (await board.AskAsync(fresh)).Token);
        IMqttClient second = await host.ConnectAsync(other, "board-b");
        Assert.IsNull(host.Server.Registry.Assign("board-b", "north", Actor.Operator).Refusal);
        await second.PublishAsync(FleetHost.Message("devices/board-b/requests/certificate", DeviceFirmware.Trust.EnrolmentRequest.Encode(request)));
        await host.ExpectAsync("denied", ("action", "certificate"), ("device", "board-b"), ("token", "other-id"));

        // The day is over: another CA of the same name. What the old one signed does not get through the handshake; the board comes back by its IDevID.
        await host.StopAsync();
        using (TestPki next = new())
        {
            string directory = Directory.CreateDirectory(host.PathOf("next")).FullName;
            next.WriteTo(directory);
            foreach (string file in (string[])["fleet-root.pem", "operational.pem", "operational.key.pem"])
            {
                File.Copy(Path.Combine(directory, file), host.PathOf(file), overwrite: true);
            }
        }

        await host.RestartAsync();
        using X509Certificate2 late = host.Pki.Operational(Id, "north", now.AddHours(-1), now.AddDays(30));
        Assert.AreEqual(-1, await RawConnection.ConnectAsync(host.Server.MqttPort, host.Pki.Broker, late, [host.Pki.OperationalCa], Id));
        Assert.AreEqual(-1, await RawConnection.ConnectAsync(host.Server.MqttPort, host.Pki.Broker, issued, [host.Pki.OperationalCa], Id));
        await using OperationalBoard back = await OperationalBoard.ConnectAsync(host, initial);
        Assert.AreEqual("wanted", (await back.ReplyAsync()).Token);
        using X509Certificate2 renewed = await back.EnrolAsync();
        Assert.AreEqual(0, await RawConnection.ConnectAsync(host.Server.MqttPort, host.Pki.Broker, renewed, [], Id));
    }
}

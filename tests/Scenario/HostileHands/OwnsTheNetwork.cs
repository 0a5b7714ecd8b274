using System.Net;
using System.Net.Sockets;
using DeviceFirmware.Fleet;
using DeviceFirmware.Scenario.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;

namespace DeviceFirmware.Scenario.HostileHands;

/// <summary>Who owns the network sees, keeps, changes and repeats every byte between a device and its fleet: delay and loss, and nothing else.</summary>
[TestClass]
public sealed class OwnsTheNetwork
{
    [TestMethod]
    public async Task BytesThatAreRepeatedOrChangedAreNobodys()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using FieldBoard a = await FieldBoard.StartAsync(host, "board-a");
        await a.Client.DisconnectAsync(new MqttClientDisconnectOptions());
        using TcpListener wire = new(IPAddress.Loopback, 0);
        wire.Start();
        List<byte> recorded = [];
        int changeAt = int.MaxValue;
        Task relay = RelayAsync();
        IMqttClient client = host.NewClient();
        await ConnectThroughAsync(client);
        await client.PublishAsync(FleetHost.Message("devices/board-a/telemetry", """{"deviceId":"board-a","tempC":11.5,"ts":"2026-11-22T10:00:00Z"}"""));
        await client.DisconnectAsync(new MqttClientDisconnectOptions());
        await host.ExpectAsync("allowed", ("action", "connect"), ("device", "board-a"));
        byte[] all = [.. recorded];
        Assert.DoesNotContain("11.5", System.Text.Encoding.Latin1.GetString(all), "nothing is said in the clear");
        int before = Connects();

        // Every byte again, at once and in pieces; then a live connection with one byte changed behind the handshake.
        foreach (int piece in (int[])[all.Length, 1000])
        {
            using TcpClient replay = new();
            await replay.ConnectAsync(IPAddress.Loopback, host.Server.MqttPort);
            await SendAsync(replay, all, piece);
        }

        changeAt = all.Length - 40;
        recorded.Clear();
        IMqttClient disturbed = host.NewClient();
        try
        {
            await ConnectThroughAsync(disturbed);
            for (int i = 0; i < 20; i++)
            {
                await disturbed.PublishAsync(FleetHost.Message("devices/board-a/telemetry", """{"deviceId":"board-a","tempC":66.5,"ts":"2026-11-22T10:00:00Z"}"""), new CancellationTokenSource(2000).Token);
            }

            Assert.Fail("a changed byte goes unnoticed");
        }
        catch (Exception lost) when (lost is MQTTnet.Exceptions.MqttCommunicationException or OperationCanceledException)
        {
            // That is what it owns: the connection is lost.
        }

        Assert.IsLessThanOrEqualTo(before + 1, Connects(), "the repeated bytes connected nobody");
        changeAt = int.MaxValue;
        await a.ConnectAsync();
        await a.SayAsync("telemetry", """{"deviceId":"board-a","tempC":12.5,"ts":"2026-11-22T10:00:00Z"}"""u8.ToArray());
        wire.Stop();
        await relay;

        int Connects() => host.Server.Log.After(0, DecisionLog.Capacity).Count(entry => entry.Event == "allowed" && entry.Field("action") == "connect");

        async Task ConnectThroughAsync(IMqttClient through)
        {
            await through.ConnectAsync(new MqttClientOptionsBuilder()
                .WithTcpServer("localhost", ((IPEndPoint)wire.LocalEndpoint).Port).WithClientId("board-a").WithTimeout(TimeSpan.FromSeconds(20))
                .WithTlsOptions(o => o.UseTls().WithClientCertificates([a.Certificate]).WithCertificateValidationHandler(args => args.Certificate.GetCertHashString() == host.Pki.Broker.GetCertHashString()))
                .Build());
        }

        async Task RelayAsync()
        {
            try
            {
                while (true)
                {
                    TcpClient near = await wire.AcceptTcpClientAsync();
                    TcpClient far = new();
                    await far.ConnectAsync(IPAddress.Loopback, host.Server.MqttPort);
                    _ = PumpAsync(near, far, isRecorded: true);
                    _ = PumpAsync(far, near, isRecorded: false);
                }
            }
            catch (Exception end) when (end is SocketException or ObjectDisposedException)
            {
                // The wire is taken down.
            }
        }

        async Task PumpAsync(TcpClient from, TcpClient to, bool isRecorded)
        {
            byte[] buffer = new byte[4096];
            try
            {
                for (int count; (count = await from.GetStream().ReadAsync(buffer)) > 0;)
                {
                    if (isRecorded)
                    {
                        int place = changeAt - recorded.Count;
                        recorded.AddRange(buffer[..count]);
                        if (place >= 0 && place < count)
                        {
                            buffer[place] ^= 1;
                        }
                    }

                    await to.GetStream().WriteAsync(buffer.AsMemory(0, count));
                }
            }
            catch (Exception end) when (end is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // One side has hung up.
            }

            from.Close();
            to.Close();
        }
    }

    private static async Task SendAsync(TcpClient replay, byte[] bytes, int piece)
    {
        try
        {
            foreach (byte[] part in bytes.Chunk(piece))
            {
                await replay.GetStream().WriteAsync(part);
                await Task.Delay(20);
            }

            using CancellationTokenSource patience = new(1000);
            while (await replay.GetStream().ReadAsync(new byte[4096], patience.Token) > 0)
            {
            }
        }
        catch (Exception end) when (end is IOException or OperationCanceledException)
        {
            // Hung up on.
        }
    }
}

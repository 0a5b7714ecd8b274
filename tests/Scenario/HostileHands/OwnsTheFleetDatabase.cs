using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Commands;
using DeviceFirmware.Fleet;
using DeviceFirmware.Ledger;
using DeviceFirmware.Memory;
using DeviceFirmware.Scenario.Fleet;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Tools;
using Microsoft.Data.Sqlite;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using MQTTnet;
using ScenarioPki = DeviceFirmware.Scenario.Fleet.TestPki;

namespace DeviceFirmware.Scenario.HostileHands;

/// <summary>Who owns the fleet's database writes any row: orders, devices, ledgers. A row signs nothing and makes no certificate.</summary>
[TestClass]
public sealed class OwnsTheFleetDatabase
{
    [TestMethod]
    public async Task ARowSignsNothingAndMakesNoIdentity()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using FieldBoard a = await FieldBoard.StartAsync(host, "board-a");
        await a.HandOverAsync("provisioned", "boot", "order");
        await host.PostAsync("devices/board-a/orders", TestOrders.ToBoard(OrderVerb.Report, 1, []));
        await FleetHost.UntilAsync(() => a.Heard.Any(message => message.Topic == "commands/order"));
        await a.Client.DisconnectAsync(new MqttClientDisconnectOptions());
        await host.StopAsync();

        // An order put in place of one that was signed, an identity of another CA, a ledger told anew.
        using ScenarioPki foreign = new("foreign");
        using X509Certificate2 impostor = foreign.Device("CN=board-a");
        byte[] forged = TestOrders.Sign(new Order(OrderVerb.Wipe, TestKeys.Device.PublicKey.KeyHash(), "", 2, 0, 0, Order.TextArguments("mine")), TestKeys.Stranger);
        string database = Directory.GetFiles(host.PathOf("data"), "*.db").Single();
        using (SqliteConnection connection = new($"Data Source={database};Pooling=False"))
        {
            connection.Open();
            Run(connection, "UPDATE Orders SET Message = $a, Verb = 'wipe', AnsweredAt = NULL", forged);
            Run(connection, "UPDATE LedgerEntries SET Encoded = $a WHERE Sequence = 2", ChainEntry.After(a.Ledger.After(0, 1)[0].Position, 1_800_000_000, "wipe", new byte[3]).Encoded);
            Run(connection, "UPDATE Devices SET CertificateSha256 = $a", Convert.ToHexStringLower(SHA256.HashData(impostor.RawData)));
            Run(connection, "UPDATE Devices SET PublicKeyHash = $a", Convert.ToHexStringLower(SHA256.HashData(impostor.PublicKey.ExportSubjectPublicKeyInfo())));
        }

        DatabaseSource source = DatabaseSource.Sqlite(host.PathOf("data"));
        LedgerStore store = new(source);
        byte[][] items = [.. store.Entries(a.Ledger.Chain, 0, 100).Select(entry => entry.Encoded), store.Find(a.Ledger.Chain)!.Head];
        ToolFailure failure = Assert.ThrowsExactly<ToolFailure>(() => LedgerProof.Of(items, a.Key.PublicKey, []));
        Assert.Contains("ledger-", failure.Message);
        source.Dispose();

        await host.RestartAsync();
        await Assert.ThrowsAsync<Exception>(() => host.TryConnectAsync(host.NewClient(), impostor, "board-a"));
        Assert.IsNull(host.Server.Log.After(0, DecisionLog.Capacity).FirstOrDefault(entry => entry.Event == "allowed" && entry.Field("action") == "connect"), "registered is not certified");

        // The fleet carries what lies there; the board obeys the signature, not the carrier.
        OrderRecord record = OrderRecord.Load(new RecordStore(new MemoryFiles()));
        CommandCheck check = VerifiedCommand.Check(forged, [TestKeys.Command.PublicKey, TestKeys.CommandNext.PublicKey], record, TestKeys.Device.PublicKey.KeyHash(), "", 0);
        Assert.AreEqual("unknown-key", check.Token);
    }

    private static void Run(SqliteConnection connection, string sql, object value)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$a", value);
        Assert.IsGreaterThan(0, command.ExecuteNonQuery(), sql);
    }
}

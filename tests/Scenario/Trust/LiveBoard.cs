using DeviceFirmware.Identity;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Ports;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Soak;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Scenario.Trust;

/// <summary>A board in memory that lives in a thread of its own, over real sockets and real TLS, eight times as fast as this machine.</summary>
internal sealed class LiveBoard : IAsyncDisposable
{
    private const int Speed = 8;

    private readonly CancellationTokenSource _off = new();
    private readonly TestBoard _flash = TestBoard.Provisioned();
    private readonly ScaledClock _clock = new(Speed);
    private readonly TrustAnchors _anchors;
    private readonly int _port;
    private readonly Task _life;
    private int _lines;

    /// <summary>A board that was built with that root and provisioned for localhost and that port.</summary>
    internal LiveBoard(byte[] root, int port)
    {
        TrustAnchors built = TestBoard.TestAnchors(TestPki.Environment);
        TrustAnchors roots = new(built.Environment, [TestKeys.Ota.PublicKey.Encode(), TestKeys.OtaNext.PublicKey.Encode()], built.FactoryRoot, root);
        _anchors = new TrustAnchors(roots, [TestKeys.Command.PublicKey.Encode(), TestKeys.CommandNext.PublicKey.Encode()], TestKeys.Time.PublicKey.Encode(), 0);
        _port = port;
        _life = Task.Factory.StartNew(Live, TaskCreationOptions.LongRunning);
    }

    /// <summary>The sets as flash has them.</summary>
    internal TrustSets Sets => TrustSets.Load(_flash.Store, TrustSet.OfAnchors(_anchors, "localhost", _port), TestKeys.Device.PublicKey.KeyHash());

    /// <summary>Lines of its console so far.</summary>
    internal int Lines => _flash.Console.LineCount;

    /// <summary>Everything that it said after so many lines.</summary>
    internal string[] Said(int from) => [.. Enumerable.Range(from, Lines - from).Select(_flash.Console.LineAt)];

    /// <summary>Waits for a line, which the next call looks behind.</summary>
    internal async Task SaysAsync(string part)
    {
        await Until.TrueAsync(
            () =>
            {
                for (; _lines < Lines; _lines++)
                {
                    if (_flash.Console.LineAt(_lines).Contains(part, StringComparison.Ordinal))
                    {
                        _lines++;
                        return true;
                    }
                }

                return false;
            },
            () => $"the board does not say '{part}'; it said:\n{string.Join('\n', Said(0))}");
    }

    public async ValueTask DisposeAsync()
    {
        await _off.CancelAsync();
        await _life;
        _off.Dispose();
    }

    private void Live()
    {
        using SocketLink link = new(_clock, 0, _ => { });
        BoardParts parts = new(_flash.Console, _flash.Files, new MemoryEntropy(5), new MemorySealer(), _clock, new MemoryRadio(null), _flash.Serial, _flash.TrustStore, link,
            new MemoryApplication { IsHealthy = true, Measurement = "\"tempC\":21.5" }, _anchors);
        RecordStore store = _flash.Store;
        SecurityCounter counter = new(store, 0);
        SlotTable table = SlotTable.Load(store);
        BootSequence boot = BootSequence.Run(parts.Files, table, parts.Rules(counter.Value, table), parts.Board);
        IdentityMessage stored = IdentityRecord.Load(store);
        IdentityMessage identity = new(stored.Certificate, stored.Issuer, "localhost", _port, stored.TelemetrySeconds, "", "");
        IIdentityKey key = TestBoard.KeyOf(store);
        DeviceCertificate certificate = DeviceCertificate.Check(identity.Certificate, identity.Issuer, key.PublicKey, parts.Board.HardwareId,
            TestPki.DeviceId, _anchors.Environment, _anchors.FactoryRoot).Certificate;
        ConnectedBoard board = new(parts, identity, certificate, key, table, counter, boot);
        board.Begin();
        while (!_off.IsCancellationRequested)
        {
            board.Step();
            if (!link.IsConnected)
            {
                _clock.Sleep(40);
            }
        }
    }
}

/// <summary>Waits for what comes by itself.</summary>
internal static class Until
{
    internal static async Task TrueAsync(Func<bool> holds, Func<string> otherwise)
    {
        for (int i = 0; i < 1500; i++)
        {
            if (holds())
            {
                return;
            }

            await Task.Delay(20);
        }

        Assert.Fail(otherwise());
    }
}

using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>What a status says of a quarantine.</summary>
public sealed partial class WipeTests
{
    [TestMethod]
    public async Task ABoardInQuarantineIsQuarantinedHereToo()
    {
        DatabaseSource source = DatabaseSource.Sqlite(_directory.Path);
        Rollouts rollouts = new(_registry, new ImageStore(_directory.Path, _registry), new OrderStore(source), _log, SendAsync);
        StatusHandler handler = new(_registry, rollouts, TimeProvider.System, _log, _ => Task.CompletedTask);
        byte[] status = """{"deviceId":"board-a","state":"quarantined","version":"1.0.0+0","event":"quarantined","verdict":"by-board","reason":"crashing-trials"}"""u8.ToArray();
        Assert.IsNull(await handler.ReceiveAsync(new DeviceMessage("board-a", "status", status)));
        Assert.AreEqual(DeviceState.Quarantined, _registry.Find("board-a")!.State);
        Assert.Contains("crashing-trials", _registry.Find("board-a")!.StateReason);
    }
}

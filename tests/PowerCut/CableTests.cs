using System.Collections.Concurrent;
using DeviceFirmware.Identity;
using DeviceFirmware.Memory;
using DeviceFirmware.PowerCut.Outside;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;

namespace DeviceFirmware.PowerCut;

/// <summary>
/// The cable is pulled out at every byte of a whole provisioning, in each direction, from a board that lives on it and from one with a supply of
/// its own; then it is put in again. It ends with one identity, of the key that was there before, and with the setup password that the station
/// stored last. tests/Scenario does the same, at the ends of frames, with the station's own code and record.
/// </summary>
[TestClass]
public sealed class CableTests
{
    private static readonly Scenario _provisioning = Scenarios.All.Single(scenario => scenario.Name == "provisioning");

    /// <summary>The test's output.</summary>
    public required TestContext TestContext { get; set; }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void PulledOutAtEveryByte(bool keepsPower)
    {
        Cable uncut = new(-1, -1, keepsPower);
        Provision(uncut);
        Assert.IsTrue(uncut.ToBoard > 1000 && uncut.ToStation > 800, $"{uncut.ToBoard} and {uncut.ToStation} bytes");
        ConcurrentQueue<string> faults = [];
        IEnumerable<(int, int)> cuts = Enumerable.Range(0, uncut.ToBoard).Select(cut => (cut, -1)).Concat(Enumerable.Range(0, uncut.ToStation).Select(cut => (-1, cut)));
        Parallel.ForEach(cuts, ((int ToBoard, int ToStation) cut) =>
        {
            Cable cable = new(cut.ToBoard, cut.ToStation, keepsPower);
            try
            {
                Provision(cable);
                Facts.Demand(cable.WasCut, "was not cut");
            }
            catch (FaultException fault)
            {
                faults.Enqueue($"{cut.ToBoard} to the board, {cut.ToStation} to the station: {fault.Message}");
            }
        });
        TestContext.WriteLine($"{uncut.ToBoard} bytes to the board, {uncut.ToStation} to the station");
        Assert.AreEqual("", string.Join('\n', faults.Take(20)));
    }

    private static void Provision(Cable cable)
    {
        MemoryFiles flash = _provisioning.Start();
        Facts facts = Facts.None.After(flash);
        Bench bench = new(_provisioning, facts) { Cable = cable };
        bench.Live(flash);
        facts.Hold(flash);
        RecordStore store = new(flash);
        IdentityMessage identity = IdentityRecord.Load(store);
        Facts.Demand(identity is not null, "ends without an identity");
        Facts.Demand(Certificate.Decode(identity!.Certificate).PublicKey.IsSameAs(TestKeys.Device.PublicKey), "ends with an identity of another key");
        Facts.Demand(Facts.PasswordOf(store) is { } password && password.AsSpan().SequenceEqual(bench.Kept!.Password), "the label is not the board's");
    }
}

using DeviceFirmware.Ports;

namespace DeviceFirmware.PowerCut;

/// <summary>The power fails at every point of every part of a board's life. <c>dotnet run --project tests/PowerCut -- --deep</c> tries more.</summary>
[TestClass]
public sealed class PowerCutTests
{
    private const int Promised = 100_000;

    /// <summary>The test's output.</summary>
    public required TestContext TestContext { get; set; }

    [TestMethod]
    public void EveryCutLeavesABoardThatBootsOrWaitsAndTrustsNoMore()
    {
        List<Tally> tallies = [];
        TestContext.WriteLine(Report.Head);
        foreach (Scenario scenario in Scenarios.All)
        {
            Tally tally = new Exhaustion(scenario, Depth.Short).Run();
            tallies.Add(tally);
            TestContext.WriteLine(Report.Line(tally));
        }

        TestContext.WriteLine(Report.Sum(tallies));
        Assert.AreEqual("", string.Join('\n', tallies.SelectMany(tally => tally.Faults)));
        Assert.IsGreaterThanOrEqualTo(Promised, tallies.Sum(tally => tally.Cuts + tally.SecondCuts));
    }

    /// <summary>Planted: a store with one copy. There is a moment in which it has neither the old value nor the new one.</summary>
    [TestMethod]
    [DataRow("trial and confirmation")]
    [DataRow("counter raised late")]
    public void AStoreWithOneCopyIsCaught(string scenario)
    {
        Assert.IsNotEmpty(Faults(scenario, files => new OneCopy(files)));
    }

    /// <summary>Planted: flash that keeps one record not.</summary>
    [TestMethod]
    [DataRow("counter raised late", "counter")]
    [DataRow("a network of the owner's", "network")]
    [DataRow("orders", "orders")]
    [DataRow("orders", "boots")]
    [DataRow("next retires current", "orders")]
    [DataRow("a ledger that is kept", "ledger")]
    [DataRow("a trust set", "trust")]
    [DataRow("a certificate renewed", "operational")]
    public void ARecordThatIsNotKeptIsCaught(string scenario, string record)
    {
        Assert.ThrowsExactly<Outside.FaultException>(() => Faults(scenario, files => new Forgetful(files, record)));
    }

    /// <summary>Planted: the first step of a wipe without its marker; a quarantine that is gone, and no order ended it.</summary>
    [TestMethod]
    public void HalfABoardAndAForgottenQuarantineAreCaught()
    {
        Memory.MemoryFiles flash = Scenarios.All.Single(each => each.Name == "wipe").Start();
        Lifecycle.Quarantine.Load(new Storage.RecordStore(flash)).EnterByOrder("odd");
        Facts facts = Facts.None.After(flash);
        Memory.MemoryFiles half = flash.Copy();
        half.Put("seal.0", null);
        half.Put("seal.1", null);
        Assert.ThrowsExactly<Outside.FaultException>(() => facts.Hold(half));
        Memory.MemoryFiles free = flash.Copy();
        free.Put("quarantine.0", null);
        free.Put("quarantine.1", null);
        Commands.Order order = new(Commands.OrderVerb.Quarantine, Tests.Support.TestKeys.Device.PublicKey.KeyHash(), "", 1, 0, 0, Commands.Order.TextArguments("odd"));
        Commands.VerifiedCommand.Check(Tests.Support.TestOrders.Sign(order), [Tests.Support.TestKeys.Command.PublicKey], Commands.OrderRecord.Load(new Storage.RecordStore(free)), Tests.Support.TestKeys.Device.PublicKey.KeyHash(), "", 0).Command.Take();
        Assert.ThrowsExactly<Outside.FaultException>(() => facts.Hold(free));
    }

    private static string[] Faults(string scenario, Func<IFiles, IFiles> adapter)
    {
        return new Exhaustion(Scenarios.All.Single(each => each.Name == scenario), new Depth(24, 0, 1)) { Adapter = adapter }.Run().Faults;
    }

    /// <summary>The second copy of each record is the first.</summary>
    private sealed class OneCopy(IFiles files) : IFiles
    {
        public int Length(string name) => files.Length(Only(name));

        public int Read(string name, int position, byte[] buffer, int index, int count) => files.Read(Only(name), position, buffer, index, count);

        public void Create(string name, byte[] data, int count) => files.Create(Only(name), data, count);

        public void WriteAt(string name, int position, byte[] data, int index, int count) => files.WriteAt(Only(name), position, data, index, count);

        public void Delete(string name) => files.Delete(Only(name));

        private static string Only(string name) => name.Replace(".1", ".0", StringComparison.Ordinal);
    }

    /// <summary>What is written to that record goes elsewhere.</summary>
    private sealed class Forgetful(IFiles files, string record) : IFiles
    {
        private readonly Memory.MemoryFiles _elsewhere = new();

        public int Length(string name) => Of(name).Length(name);

        public int Read(string name, int position, byte[] buffer, int index, int count) => Of(name).Read(name, position, buffer, index, count);

        public void Create(string name, byte[] data, int count) => Of(name).Create(name, data, count);

        public void WriteAt(string name, int position, byte[] data, int index, int count) => Of(name).WriteAt(name, position, data, index, count);

        public void Delete(string name) => Of(name).Delete(name);

        private IFiles Of(string name) => name.StartsWith(record + ".", StringComparison.Ordinal) ? _elsewhere : files;
    }
}

using System.Text;
using DeviceFirmware.Memory;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>A person with a terminal program: what is typed, and what openssl says about the answer.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class TerminalTests
{
    private readonly Bench _bench = new();

    [TestCleanup]
    public void Clean() => _bench.Dispose();

    [TestMethod]
    public void OpenSslTakesTheRequest()
    {
        FakeBoard board = _bench.NewBoard("0242ac110002");
        StringAssert.StartsWith(Type(board, "id"), "state=unprovisioned device=- hardware=0242ac110002 ");
        StringAssert.Contains(Type(board, "help"), "csr ID");
        File.WriteAllText(_bench["csr.pem"], Type(board, "csr"));
        OpenSsl.Run("req", "-verify", "-noout", "-in", _bench["csr.pem"]);
        StringAssert.Contains(OpenSsl.Run("req", "-noout", "-subject", "-in", _bench["csr.pem"]), "0242ac110002");
        File.WriteAllText(_bench["csr.pem"], Type(board, "csr my-board"));
        OpenSsl.Run("req", "-verify", "-noout", "-in", _bench["csr.pem"]);
        StringAssert.Contains(OpenSsl.Run("req", "-noout", "-subject", "-in", _bench["csr.pem"]), "my-board");
    }

    [TestMethod]
    public void AProvisionedBoardSaysWhoItIsOnly()
    {
        FakeBoard board = _bench.NewBoard();
        Assert.IsNull(_bench.Run(new FakeLine(board)));
        StringAssert.StartsWith(Type(board, "id"), "state=provisioned device=board-1 ");
        Assert.AreEqual("", Type(board, "csr"));
        Assert.AreEqual("", Type(board, "csr board-2"));
    }

    private static string Type(FakeBoard board, string line)
    {
        MemorySerialLine serial = new(null);
        SerialConsole console = new(serial, board.Answers);
        serial.Send(Encoding.ASCII.GetBytes(line + "\r"));
        console.Poll(1);
        return Encoding.ASCII.GetString(serial.Receive());
    }
}

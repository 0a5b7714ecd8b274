using System.Text;
using DeviceFirmware.Board;
using DeviceFirmware.Scenario.Tools;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Scenario.Board;

/// <summary>What may be flashed as a deployment.</summary>
[TestClass]
public sealed class DeploymentFileTests
{
    private static readonly byte[] _good = Assemblies.Deployment();

    [TestMethod]
    public void ADeploymentSaysWhatIsInItAndForWhichBoard()
    {
        DeploymentFile file = Read(_good);
        Assert.AreSequenceEqual(["mscorlib", "DeviceFirmware.Core", "DeviceFirmware.Esp32", "DeviceFirmware.Loader"], file.Assemblies.Select(assembly => assembly.Name));
        Assert.AreEqual("ESP32_PSRAM_REV3", file.BoardFor(null).Target);
        Assert.AreEqual("ESP32_PSRAM_REV3", file.BoardFor("ESP32_PSRAM_REV3").Target);
        Refused("other-board", () => file.BoardFor("ESP32_C3"));
    }

    [TestMethod]
    public void EachChangedByteIsSeen()
    {
        for (int i = 0; i < _good.Length; i++)
        {
            byte[] changed = [.. _good];
            changed[i] ^= 0x40;
            Assert.ThrowsExactly<ToolFailure>(() => Read(changed), $"byte {i}");
        }
    }

    [TestMethod]
    public void ATruncatedOneIsNotFlashed()
    {
        // Cut behind its last assembly's padding or anywhere before; a deployment that ends before the loader has none.
        for (int length = 0; length < _good.Length - 3; length += 7)
        {
            Assert.ThrowsExactly<ToolFailure>(() => Read(_good[..length]), $"{length} bytes");
        }
    }

    [TestMethod]
    public void EachWrongFileIsNamed()
    {
        byte[] generics = [.. _good];
        generics[5] = (byte)'2';
        Refused("other-format", () => Read(generics));
        Refused("not-a-deployment", () => Read(Encoding.ASCII.GetBytes(new string('x', 4096))));
        Refused("no-loader", () => Read(Assemblies.Make("DeviceFirmware.Core", 0)));
        Refused("no-loader", () => Read([.. _good, .. Assemblies.Make("DeviceFirmware.Loader", 0)]));
        Refused("contains-application", () => Read([.. _good, .. Assemblies.Make("DeviceFirmware.App.Telemetry", 0)]));
        Refused("damaged-deployment", () => Read([.. _good, 0, 0, 0, 0]));
        Refused("damaged-deployment", () => Read([.. _good, .. new byte[200]]));
    }

    /// <summary>A signed application image is brought through the update door, never flashed.</summary>
    [TestMethod]
    public void AnApplicationImageIsNoDeployment() => Refused("not-a-deployment", () => DeploymentFile.Read(MadeEnvironment.Shared.Image));

    [TestMethod]
    public void TheWholePartitionIsWritten()
    {
        DeploymentFile file = Read(_good);
        byte[] whole = file.Fill(new DeployPartition(0x1E0000, _good.Length + 10));
        CollectionAssert.AreEqual(_good, whole[..^10]);
        Assert.IsTrue(whole[^10..].All(value => value == 0xFF));
        Refused("deployment-too-large", () => file.Fill(new DeployPartition(0x1E0000, _good.Length - 1)));
    }

    [TestMethod]
    public void EveryBoardHasAPartitionAboveItsClr()
    {
        foreach (BoardKind board in BoardCatalog.All.Where(board => board.Chip != "virtual"))
        {
            DeployPartition partition = DeployPartition.Of(board.Chip, board.FlashMegabytes)!;
            Assert.IsGreaterThan(0x1A0000, partition.Address, board.Target);
            Assert.IsLessThanOrEqualTo((board.FlashMegabytes * 1024 * 1024) - (board.StorageKilobytes * 1024), partition.Address + partition.Size, board.Target);
        }
    }

    private static DeploymentFile Read(byte[] content)
    {
        using TemporaryDirectory directory = new();
        string path = directory["deployment.bin"];
        File.WriteAllBytes(path, content);
        return DeploymentFile.Read(path);
    }

    private static void Refused(string token, Action action)
    {
        ToolFailure failure = Assert.ThrowsExactly<ToolFailure>(action);
        StringAssert.StartsWith(failure.Message, $"refused: {token}: ");
    }
}

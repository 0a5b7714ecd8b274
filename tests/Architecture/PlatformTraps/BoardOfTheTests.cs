extern alias nano;

using DeviceFirmware.NanoSim.Host;

namespace DeviceFirmware.Tests.Architecture.PlatformTraps;

/// <summary>A process has one simulated board: this one. What can only be seen right after power-on is taken down here.</summary>
[TestClass]
public static class BoardOfTheTests
{
    /// <summary>Noise read before the radio was on.</summary>
    public static byte[] EarlyNoise { get; } = new byte[8];

    /// <summary>The RTC right after power-on.</summary>
    public static long EarlyTime { get; private set; }

    /// <summary>Folder of the flash.</summary>
    public static string Flash { get; private set; } = "";

    [AssemblyInitialize]
    public static void PowerOn(TestContext context)
    {
        Flash = Directory.CreateTempSubdirectory("board-of-the-tests-").FullName;
        SimBoard.PowerOn(new SimOptions(Flash, [2, 0, 0, 0, 0, 1], -1, -1, null, HasNetworkTime: false));
        EarlyTime = nano::System.DateTime.UtcNow.ToUnixTimeSeconds();
        new nano::System.Random().NextBytes(EarlyNoise);
        nano::System.Device.Wifi.WifiAdapter.FindAllAdapters()[0].ScanAsync();
        nano::nanoFramework.Networking.WifiNetworkHelper.ConnectDhcp("network", "password");
    }

    [AssemblyCleanup]
    public static void PowerOff() => Directory.Delete(Flash, recursive: true);
}

using System.Globalization;
using System.Text;

namespace DeviceFirmware.NanoSim.Host;

/// <summary>
/// The Wi-Fi access point: its settings, in a file of the CLR's own on <c>I:\</c>, which count from the next start on; and this machine's
/// loopback in place of the air. A station that is on it has got past WPA2, which nobody plays here.
/// </summary>
public static class SimAccessPoint
{
    private const string StorePath = "I:\\con_AP1_0.sys";

    private const int AutoStart = 6;
    private const int Disabled = 1;

    /// <summary>True when the stored settings said at power-on that it starts by itself.</summary>
    public static bool IsUp { get; private set; }

    /// <summary>Stored settings: options, SSID, passphrase.</summary>
    public static (int Options, string Ssid, string Password) Load()
    {
        SimCpu.Pass();
        string[] lines = SimFlash.Exists(StorePath) ? Encoding.ASCII.GetString(SimFlash.Read(StorePath)).Split('\n') : [];
        return lines.Length == 3 ? (int.Parse(lines[0], CultureInfo.InvariantCulture), lines[1], lines[2]) : (Disabled, "", "");
    }

    /// <summary>Stores the settings; the access point that is up stays as it is.</summary>
    public static void Store(int options, string ssid, string password)
    {
        SimCpu.Pass();
        byte[] block = Encoding.ASCII.GetBytes(FormattableString.Invariant($"{options}\n{ssid}\n{password}"));
        SimFlash.Write(StorePath, block, block.Length);
    }

    /// <summary>Power-on.</summary>
    internal static void PowerOn() => IsUp = Load().Options == AutoStart;
}

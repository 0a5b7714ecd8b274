using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Board;

/// <summary>
/// The text that <c>espefuse summary</c> prints: one eFuse a line with its raw value in brackets at the end. Neither nanoff nor the firmware
/// can read eFuses. Names differ: the ESP32's own, and those of the S3, C3, C6.
/// </summary>
public sealed partial class EfuseSummary
{
    private readonly Dictionary<string, (BigInteger Value, bool IsFixed)> _fuses = [];

    private EfuseSummary(string hardwareId) => HardwareId = hardwareId;

    /// <summary>The chip's MAC address, 12 lower-case hexadecimal digits.</summary>
    public string HardwareId { get; }

    /// <summary>Reads a summary; null when no MAC address or no known eFuse is in it.</summary>
    public static EfuseSummary? Parse(string text)
    {
        Match mac = MacFuse().Match(text);
        if (!mac.Success)
        {
            return null;
        }

        EfuseSummary summary = new(mac.Groups["mac"].Value.Replace(":", "", StringComparison.Ordinal).ToLowerInvariant());
        foreach (Match fuse in Fuse().Matches(text))
        {
            string raw = fuse.Groups["raw"].Value;
            BigInteger value = raw.StartsWith("0b", StringComparison.Ordinal)
                ? BigInteger.Parse("0" + raw[2..], NumberStyles.BinaryNumber, CultureInfo.InvariantCulture)
                : BigInteger.Parse("0" + raw[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (!summary._fuses.TryAdd(fuse.Groups["name"].Value, (value, IsFixed(fuse.Groups["access"].Value, raw))))
            {
                return null; // the same eFuse twice: two summaries in one file
            }
        }

        return summary._fuses.Count > 0 ? summary : null;
    }

    /// <summary>The posture with what the eFuses say.</summary>
    public BoardPosture AddTo(BoardPosture posture) => posture
        .With("secureBoot", SecureBoot())
        .With("flashEncryption", FlashEncryption())
        .With("jtag", Jtag())
        .With("download", Download());

    private string SecureBoot() => (Is("SECURE_BOOT_EN") ?? Is("ABS_DONE_1")) switch
    {
        true => "v2",
        false => Is("ABS_DONE_0") == true ? "v1" : "off",
        null => BoardPosture.Unknown,
    };

    /// <summary>
    /// On when an odd number of the counter's bits is set. For good when the counter can change no more, and the download mode cannot encrypt,
    /// decrypt or read through the caches: by the eFuses for each, or, for the caches, because it knows only its secure commands or none.
    /// </summary>
    private string FlashEncryption()
    {
        bool isFirstChip = _fuses.ContainsKey("FLASH_CRYPT_CNT");
        if (!_fuses.TryGetValue(isFirstChip ? "FLASH_CRYPT_CNT" : "SPI_BOOT_CRYPT_CNT", out (BigInteger Value, bool IsFixed) counter))
        {
            return BoardPosture.Unknown;
        }

        bool isOn = int.IsOddInteger((int)BigInteger.PopCount(counter.Value));
        bool isFinal = isFirstChip
            ? Is("DISABLE_DL_ENCRYPT") == true && Is("DISABLE_DL_DECRYPT") == true && Is("DISABLE_DL_CACHE") == true
            : Is("DIS_DOWNLOAD_MANUAL_ENCRYPT") == true && (Download() is "secure" or "off" || (Is("DIS_DOWNLOAD_ICACHE") != false && Is("DIS_DOWNLOAD_DCACHE") != false));
        return !isOn ? "off" : isFinal && counter.IsFixed ? "release" : "development";
    }

    // Bits are only ever set: with all of them set, or write-protected, the value stays.
    private static bool IsFixed(string access, string raw) =>
        access.EndsWith("/-", StringComparison.Ordinal) || (raw.StartsWith("0b", StringComparison.Ordinal) && !raw[2..].Contains('0', StringComparison.Ordinal));

    private string Jtag()
    {
        bool?[] switches = _fuses.ContainsKey("JTAG_DISABLE") ? [Is("JTAG_DISABLE")]
            : _fuses.ContainsKey("HARD_DIS_JTAG") ? [Is("HARD_DIS_JTAG")]
            : [Is("DIS_PAD_JTAG"), Is("DIS_USB_JTAG")];
        return switches.Contains(null) ? BoardPosture.Unknown : switches.All(off => off == true) ? "off" : "open";
    }

    private string Download() => (Is("UART_DOWNLOAD_DIS") ?? Is("DIS_DOWNLOAD_MODE")) switch
    {
        true => "off",
        false => Is("ENABLE_SECURITY_DOWNLOAD") == true ? "secure" : "open",
        null => BoardPosture.Unknown,
    };

    private bool? Is(string name) => _fuses.TryGetValue(name, out (BigInteger Value, bool IsFixed) fuse) ? !fuse.Value.IsZero : null;

    [GeneratedRegex(@"^[ \t]*(?<name>[A-Z][A-Z0-9_]+) \(BLOCK\d+\).* (?<access>[R?\-]/[W\-]) \((?<raw>0x[0-9a-fA-F]{1,64}|0b[01]{1,256})\)[ \t]*\r?$", RegexOptions.Multiline)]
    private static partial Regex Fuse();

    [GeneratedRegex(@"^[ \t]*MAC \(BLOCK\d+\)[^=]*=[ \t]*(?<mac>[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5})\b", RegexOptions.Multiline)]
    private static partial Regex MacFuse();
}

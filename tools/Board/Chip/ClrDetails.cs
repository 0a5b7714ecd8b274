using System.Globalization;
using System.Text.RegularExpressions;

namespace DeviceFirmware.Board;

/// <summary>What a running CLR says of itself over the wire protocol: <c>nanoff --nanodevice --devicedetails</c>.</summary>
/// <param name="Target">Target name of the image.</param>
/// <param name="Version">Version of the image.</param>
/// <param name="Assemblies">Names of the assemblies that it has loaded.</param>
/// <param name="Natives">Checksums of the native sides that are built in, with their names.</param>
public sealed partial record ClrDetails(string Target, string Version, IReadOnlyList<string> Assemblies, IReadOnlyDictionary<uint, string> Natives)
{
    /// <summary>Reads what nanoff printed; null when target or version are not in it.</summary>
    public static ClrDetails? Parse(string text)
    {
        Match target = TargetLine().Match(text);
        Match version = VersionLine().Match(text);
        if (!target.Success || !version.Success)
        {
            return null;
        }

        Dictionary<uint, string> natives = [];
        foreach (Match native in NativeLine().Matches(text))
        {
            natives[uint.Parse(native.Groups["checksum"].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture)] = native.Groups["name"].Value;
        }

        return new ClrDetails(
            target.Groups["target"].Value,
            version.Groups["version"].Value,
            [.. AssemblyLine().Matches(text).Select(match => match.Groups["name"].Value)],
            natives);
    }

    [GeneratedRegex(@"^\s*Target:\s+(?<target>[A-Za-z0-9_.\-]{1,48})\s*$", RegexOptions.Multiline)]
    private static partial Regex TargetLine();

    [GeneratedRegex(@"^\s*CLR Version:\s+(?<version>\d{1,5}(?:\.\d{1,5}){1,3})\s*$", RegexOptions.Multiline)]
    private static partial Regex VersionLine();

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z][\w.\-]{0,99}), \d+\.\d+\.\d+\.\d+\s*$", RegexOptions.Multiline)]
    private static partial Regex AssemblyLine();

    [GeneratedRegex(@"^\s*(?<name>[A-Za-z][\w.\-]{0,99}) v\d+\.\d+\.\d+\.\d+, checksum 0x(?<checksum>[0-9A-Fa-f]{8})\s*$", RegexOptions.Multiline)]
    private static partial Regex NativeLine();
}

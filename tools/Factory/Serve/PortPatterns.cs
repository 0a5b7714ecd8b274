using System.IO.Ports;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary>
/// The ports that a station watches: names as they are (<c>tcp:HOST:PORT</c>, <c>COM3</c>, <c>/dev/ttyUSB0</c>), and patterns whose last part
/// has stars (<c>/dev/ttyUSB*</c>, <c>COM*</c>).
/// </summary>
public sealed class PortPatterns(IReadOnlyList<string> patterns)
{
    /// <summary>What is there now, in order, each once.</summary>
    public IReadOnlyList<string> Present() => [.. patterns.SelectMany(Matching).Distinct(StringComparer.Ordinal)];

    /// <summary>Opens a port; throws <see cref="IOException"/> when it cannot be.</summary>
    public static IStationLine Open(string port, int baud)
    {
        try
        {
            return port.StartsWith(TcpLine.Scheme, StringComparison.Ordinal) ? TcpLine.Open(port) : SerialPortLine.Open(port, baud);
        }
        catch (ToolFailure problem)
        {
            throw new IOException(problem.Message);
        }
    }

    private static IEnumerable<string> Matching(string pattern)
    {
        if (TcpLine.IsName(pattern))
        {
            return [pattern];
        }

        string folder = Path.GetDirectoryName(pattern) ?? "";
        string name = Path.GetFileName(pattern);
        if (folder.Length == 0)
        {
            return SerialPort.GetPortNames().Where(port => System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(name, port)).Order(StringComparer.Ordinal);
        }

        return !Directory.Exists(folder) ? [] : Directory.EnumerateFileSystemEntries(folder, name).Order(StringComparer.Ordinal);
    }
}

using System.Reflection;
using System.Xml.Linq;

namespace DeviceFirmware.Board;

/// <summary>The versions that belong together, out of nanoFramework.props, where they stand once.</summary>
public static class Pins
{
    private static readonly Dictionary<string, string> _values = Load();

    /// <summary>The CLR image that is flashed unless another is asked for.</summary>
    public static string Clr => _values["NanoClrVersion"];

    /// <summary>The line of the CLR: its first two numbers, as CoreLibrary's.</summary>
    public static string ClrLine { get; } = Line(_values["NanoCoreLibraryVersion"]);

    /// <summary>The flasher that this tool was written against.</summary>
    public static string Nanoff => _values["NanoffVersion"];

    /// <summary>The first two numbers of a version.</summary>
    public static string Line(string version) => string.Join('.', version.Split('.').Take(2));

    private static Dictionary<string, string> Load()
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream("nanoFramework.props")!;
        return XDocument.Load(stream).Descendants()
            .Where(element => element.Name.LocalName.StartsWith("Nano", StringComparison.Ordinal) && element.Name.LocalName.EndsWith("Version", StringComparison.Ordinal))
            .ToDictionary(element => element.Name.LocalName, element => element.Value);
    }
}

using System.Xml.Linq;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>Files by path, with <c>/</c>, from the repository's root: the real ones, or a few that a test planted.</summary>
internal sealed class Tree(IReadOnlyDictionary<string, string> files)
{
    /// <summary>A tree of these files.</summary>
    public static Tree Of(params (string Path, string Text)[] files) => new(files.ToDictionary(file => file.Path, file => file.Text));

    /// <summary>Every path, in order.</summary>
    public IEnumerable<string> Paths => files.Keys.Order(StringComparer.Ordinal);

    /// <summary>The text of a file.</summary>
    public string this[string path] => files[path];

    /// <summary>True when there is such a file or folder.</summary>
    public bool Has(string path) => path.Length == 0 || files.ContainsKey(path) || files.Keys.Any(file => file.StartsWith(path + "/", StringComparison.Ordinal));

    /// <summary>The paths under one of these folders with one of these endings.</summary>
    public string[] Under(string[] folders, params string[] endings)
    {
        return [.. Paths.Where(path => folders.Any(folder => path.StartsWith(folder + "/", StringComparison.Ordinal)) && endings.Any(path.EndsWith))];
    }

    /// <summary>Every project file.</summary>
    public string[] Projects(params string[] endings) => [.. Paths.Where(path => endings.Any(path.EndsWith))];

    /// <summary>A file as XML.</summary>
    public XElement Xml(string path) => XDocument.Parse(this[path]).Root!;

    /// <summary>Where a relative path in a file leads; null when it leaves the repository.</summary>
    public static string? Resolve(string file, string relative)
    {
        List<string> parts = [.. file.Split('/')[..^1]];
        foreach (string part in relative.Replace('\\', '/').Split('/'))
        {
            if (part == ".." && parts.Count == 0)
            {
                return null;
            }

            if (part == "..")
            {
                parts.RemoveAt(parts.Count - 1);
            }
            else if (part is not ("." or ""))
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }

    /// <summary>The folder of a path.</summary>
    public static string Folder(string path) => path.Contains('/') ? path[..path.LastIndexOf('/')] : "";
}

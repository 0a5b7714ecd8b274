namespace DeviceFirmware.Tests.Architecture;

/// <summary>
/// The lists of every public member of the nanoFramework packages, one a line. They are no part of this repository; they lie in the folder
/// <c>shared/nano-api</c> of a folder above, or where the variable NANO_API_LISTS says.
/// </summary>
internal static class PackageLists
{
    /// <summary>The types of all lists; null when the lists are not there.</summary>
    public static Dictionary<string, ShapeOfType>? Read()
    {
        return Folder() is string folder
            ? Directory.GetFiles(folder, "*.txt").SelectMany(Types).ToDictionary(t => t.Name, t => t.Shape)
            : null;
    }

    private static string? Folder()
    {
        if (Environment.GetEnvironmentVariable("NANO_API_LISTS") is string given)
        {
            return Directory.Exists(given) ? given : null;
        }

        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string candidate = Path.Combine(folder.FullName, "shared", "nano-api");
            if (Directory.Exists(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    private static IEnumerable<(string Name, ShapeOfType Shape)> Types(string file)
    {
        string[] lines = [.. File.ReadLines(file).Where(line => line.Length > 0 && line[0] != '#')];
        for (int i = 0; i < lines.Length; i++)
        {
            if (lines[i][0] == ' ')
            {
                continue;
            }

            string[] parts = lines[i].Split(" : ", 2);
            int split = parts[0].LastIndexOf(' ');
            string[] bases = parts.Length == 2 ? parts[1].Split(", ") : [];
            string[] members = [.. lines.Skip(i + 1).TakeWhile(line => line[0] == ' ').Select(line => line.Trim())];

            // A list does not tell a base class from an interface; a base class comes first.
            yield return (parts[0][(split + 1)..], new ShapeOfType(parts[0][..split], bases.FirstOrDefault(), bases, members));
        }
    }
}

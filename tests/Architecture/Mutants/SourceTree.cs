namespace DeviceFirmware.Tests.Architecture.Mutants;

/// <summary>The sources of this repository, found from the test assembly upwards.</summary>
internal static class SourceTree
{
    private static readonly string _root = FindRoot();

    /// <summary>Where a mutant's source is.</summary>
    internal static string PathOf(string folder, Mutant mutant)
    {
        return Path.Combine(_root, folder, mutant.File);
    }

    /// <summary>One source, or all C# sources below a folder, generated ones left out.</summary>
    internal static IEnumerable<string> Sources(string fileOrFolder)
    {
        string path = Path.Combine(_root, fileOrFolder);
        return File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "DeviceFirmware.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("no DeviceFirmware.sln above the tests");
    }
}

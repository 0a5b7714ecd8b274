namespace DeviceFirmware.Tests.Architecture.Mutants;

/// <summary>The sources of this repository.</summary>
internal static class SourceTree
{
    /// <summary>Where a mutant's source is.</summary>
    internal static string PathOf(string folder, Mutant mutant)
    {
        return Path.Combine(Repository.Root, folder, mutant.File);
    }

    /// <summary>One source, or all C# sources below a folder, generated ones left out.</summary>
    internal static IEnumerable<string> Sources(string fileOrFolder)
    {
        string path = Path.Combine(Repository.Root, fileOrFolder);
        return File.Exists(path) ? [path] : Directory.EnumerateFiles(path, "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
    }
}

namespace DeviceFirmware.Scenario.Tools;

/// <summary>Finds public test vectors that are not part of the project: <c>shared/vectors</c> in any directory above the test assembly.</summary>
public static class SharedVectors
{
    /// <summary>The path of a vector file; the test is inconclusive where this machine has none.</summary>
    public static string PathOf(string file)
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            string path = Path.Combine(directory.FullName, "shared", "vectors", file);
            if (File.Exists(path))
            {
                return path;
            }
        }

        Assert.Inconclusive($"shared/vectors/{file} is not on this machine");
        return "";
    }
}

namespace DeviceFirmware.HostTests.Crypto;

/// <summary>
/// Finds public test vectors that are not part of the project: files in <c>shared/vectors</c>, in any folder above the test assembly.
/// </summary>
internal static class SharedVectors
{
    /// <summary>The path of a vector file, or null where this machine has none.</summary>
    internal static string? Find(string fileName)
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            string path = Path.Combine(folder.FullName, "shared", "vectors", fileName);

            if (File.Exists(path))
            {
                return path;
            }
        }

        return null;
    }
}

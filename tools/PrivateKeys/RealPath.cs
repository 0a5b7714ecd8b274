namespace DeviceFirmware.Tools;

/// <summary>Where a path really leads, links followed, also when its last parts do not exist yet.</summary>
public static class RealPath
{
    // As Linux's own bound on links in one path.
    private const int MaximumLinks = 40;

    /// <summary>The absolute path with the symbolic link of every existing part resolved.</summary>
    public static string Of(string path) => Of(path, MaximumLinks);

    /// <summary>The nearest directory at or above <paramref name="realPath"/> that holds <c>.git</c>, or null.</summary>
    public static string? GitWorkTreeAbove(string realPath)
    {
        for (string? directory = realPath; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            string marker = Path.Combine(directory, ".git");
            if (Directory.Exists(marker) || File.Exists(marker))
            {
                return directory;
            }
        }

        return null;
    }

    /// <summary>True when <paramref name="inner"/> is <paramref name="outer"/> or lies below it.</summary>
    public static bool IsWithin(string inner, string outer) =>
        inner == outer || inner.StartsWith(Path.EndsInDirectorySeparator(outer) ? outer : outer + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static string Of(string path, int linksLeft)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        string? parent = Path.GetDirectoryName(full);
        if (parent is null)
        {
            return full;
        }

        string here = Path.Combine(Of(parent, linksLeft), Path.GetFileName(full));
        string? target = new FileInfo(here).LinkTarget;
        if (target is null)
        {
            return here;
        }

        return linksLeft > 0
            ? Of(Path.Combine(Path.GetDirectoryName(here)!, target), linksLeft - 1)
            : throw ToolFailure.BadInput($"too many symbolic links: {path}");
    }
}

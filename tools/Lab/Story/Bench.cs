namespace DeviceFirmware.Lab;

/// <summary>What a person with a programmer can do to a board's flash.</summary>
internal static class Bench
{
    /// <summary>Where the copy of a board's flash with 1.0.0 is kept.</summary>
    internal static string Snapshot(World world, BoardOnTheBench board)
    {
        return world.Workshop.At("snapshot", board.Name);
    }

    /// <summary>Makes the target directory exactly like the source.</summary>
    internal static void Copy(string source, string target)
    {
        if (Directory.Exists(target))
        {
            Directory.Delete(target, recursive: true);
        }

        Directory.CreateDirectory(target);
        foreach (string file in Directory.GetFiles(source))
        {
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
    }
}

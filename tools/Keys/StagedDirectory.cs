using System.Runtime.Versioning;
using System.Text;

namespace DeviceFirmware.Keys;

/// <summary>A directory that is filled beside its place and then renamed into it; disposed uncommitted, it leaves nothing behind.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class StagedDirectory : IDisposable
{
    private readonly string _target;
    private readonly string _stage;
    private bool _committed;

    /// <summary>Creates the staging directory beside <paramref name="target"/>.</summary>
    /// <param name="target">The place; absent or an empty directory.</param>
    /// <param name="mode">Mode from creation on, or null for the process's default.</param>
    public StagedDirectory(string target, UnixFileMode? mode)
    {
        _target = target;
        string parent = Path.GetDirectoryName(target) ?? throw new ArgumentException("the root directory cannot be a target", nameof(target));
        Directory.CreateDirectory(parent);
        _stage = Path.Combine(parent, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}");
        if (mode is UnixFileMode wanted)
        {
            Directory.CreateDirectory(_stage, wanted);
        }
        else
        {
            Directory.CreateDirectory(_stage);
        }
    }

    /// <summary>The path of a file to be created in the stage; its directory exists.</summary>
    public string PathOf(string file)
    {
        string path = Path.Combine(_stage, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        return path;
    }

    /// <summary>Writes a file into the stage, through to the disk.</summary>
    public void WriteText(string file, string text)
    {
        using FileStream stream = new(PathOf(file), FileMode.CreateNew, FileAccess.Write, FileShare.None);
        stream.Write(Encoding.ASCII.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }

    /// <summary>Renames both into place; when the second cannot be, the first is taken back.</summary>
    public static void CommitInOrder(StagedDirectory first, StagedDirectory second)
    {
        first.Commit();
        try
        {
            second.Commit();
        }
        catch
        {
            Directory.Move(first._target, first._stage);
            first._committed = false;
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_committed && Directory.Exists(_stage))
        {
            Directory.Delete(_stage, recursive: true);
        }
    }

    private void Commit()
    {
        if (Directory.Exists(_target))
        {
            // Deletes an empty directory only: what came into it since the check is kept, and the ceremony fails.
            Directory.Delete(_target);
        }

        Directory.Move(_stage, _target);
        _committed = true;
    }
}

namespace DeviceFirmware.Board;

/// <summary>A file for another program to read, gone afterwards. Without content there is only its name, for a dry run.</summary>
public sealed class TemporaryFile : IDisposable
{
    private readonly DirectoryInfo? _directory;

    /// <summary>Writes it, readable for this user alone.</summary>
    public TemporaryFile(byte[]? content)
    {
        const string Name = "deploy-partition.bin";
        if (content is null)
        {
            Path = Name;
            return;
        }

        _directory = Directory.CreateTempSubdirectory("devicefirmware-board-");
        Path = System.IO.Path.Combine(_directory.FullName, Name);
        File.WriteAllBytes(Path, content);
    }

    /// <summary>Where it is.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    public void Dispose() => _directory?.Delete(recursive: true);
}

namespace DeviceFirmware.Lab;

/// <summary>Where things are: the repository, the built programs, a working directory that is gone afterwards.</summary>
public sealed class Workshop : IDisposable
{
    private readonly bool _keep;

    /// <summary>Makes the working directory, readable for this user alone.</summary>
    public Workshop(bool keep)
    {
        _keep = keep;
        DirectoryInfo output = new(AppContext.BaseDirectory);
        Configuration = output.Parent!.Name;
        DirectoryInfo? root = output;
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "DeviceFirmware.sln")))
        {
            root = root.Parent;
        }

        Repository = root?.FullName ?? throw new ExpectationFailedException("the lab runs from inside the repository: DeviceFirmware.sln was not found above the program");
        Work = Directory.CreateTempSubdirectory("devicefirmware-lab-").FullName;
    }

    /// <summary>Debug or Release, as the lab was built.</summary>
    public string Configuration { get; }

    /// <summary>The repository.</summary>
    public string Repository { get; }

    /// <summary>The working directory, outside the repository.</summary>
    public string Work { get; }

    /// <summary>A path in the working directory.</summary>
    public string At(params string[] parts)
    {
        return Path.Combine([Work, .. parts]);
    }

    /// <summary>A path in the repository.</summary>
    public string Source(params string[] parts)
    {
        return Path.Combine([Repository, .. parts]);
    }

    /// <summary>A program that was built with the lab.</summary>
    public string Program(string folder, string name)
    {
        return Path.Combine(Repository, "tools", folder, "bin", Configuration, "net10.0", name + ".dll");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_keep)
        {
            Directory.Delete(Work, recursive: true);
        }
    }
}

using System.Diagnostics;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>This repository, found from where the tests run.</summary>
internal static class Repository
{
    private static readonly string[] _made = ["bin", "obj", ".git", ".vs", "lab-out", "TestResults", "packages"];
    private static readonly Lazy<Tree> _tree = new(ReadTree);

    /// <summary>The folder of DeviceFirmware.sln.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>What belongs to the repository: what git knows, or, in a copy without git, every file that no build made.</summary>
    public static Tree Tree => _tree.Value;

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "DeviceFirmware.sln")))
            {
                return folder.FullName;
            }
        }

        throw new DirectoryNotFoundException("no folder above the tests has DeviceFirmware.sln");
    }

    private static Tree ReadTree()
    {
        IEnumerable<string> paths = GitFiles() ?? Walk(new DirectoryInfo(Root));
        return new Tree(paths.Where(path => File.Exists(Path.Combine(Root, path))).ToDictionary(path => path, path => File.ReadAllText(Path.Combine(Root, path))));
    }

    private static string[]? GitFiles()
    {
        if (!Path.Exists(Path.Combine(Root, ".git")))
        {
            return null;
        }

        try
        {
            ProcessStartInfo start = new("git", ["-c", "core.quotePath=false", "ls-files"]) { WorkingDirectory = Root, RedirectStandardOutput = true };
            using Process git = Process.Start(start)!;
            string[] paths = git.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
            git.WaitForExit();
            return git.ExitCode == 0 ? paths : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static IEnumerable<string> Walk(DirectoryInfo folder)
    {
        return folder.EnumerateDirectories().Where(child => !_made.Contains(child.Name)).SelectMany(Walk)
            .Concat(folder.EnumerateFiles().Select(file => Path.GetRelativePath(Root, file.FullName).Replace('\\', '/')));
    }
}

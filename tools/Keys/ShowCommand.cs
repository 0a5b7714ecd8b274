using System.CommandLine;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Keys;

/// <summary><c>keys show</c>: the roles with their fingerprints, each file compared with environment.json.</summary>
public static class ShowCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        FolderOptions folder = new();
        Command command = new("show", "shows roles and fingerprints and checks that the files agree with environment.json");
        folder.AddTo(command);
        command.SetAction(parsed => Run(folder.PublicDirectory(parsed), folder.Environment(parsed)));
        return command;
    }

    private static int Run(string publicDirectory, EnvironmentName environment)
    {
        EnvironmentFolder folder = EnvironmentFolder.Open(publicDirectory, environment);
        string directory = folder.Path;
        EnvironmentManifest manifest = folder.Manifest;
        Console.WriteLine($"environment {manifest.Environment}, created {manifest.Created}{(manifest.Insecure ? ", INSECURE: for experiments only" : "")}");
        List<string> wrong = [];
        foreach (KeyRole role in KeyRole.All)
        {
            if (role.IsOptional && !File.Exists(Path.Combine(directory, role.PublicFile)) && !manifest.Fingerprints.ContainsKey(role.PublicFile))
            {
                continue;
            }

            string problem = Compare(directory, role, manifest, out string fingerprint);
            Console.WriteLine($"  {role.Meaning,-22} {role.PublicFile,-28} {fingerprint}{(problem.Length == 0 ? "" : "  " + problem)}");
            if (problem.Length > 0)
            {
                wrong.Add($"{role.PublicFile} {problem}");
            }
        }

        wrong.AddRange(manifest.Fingerprints.Keys.Except(KeyRole.All.Select(role => role.PublicFile)).Select(file => $"{file} is no role"));
        return wrong.Count == 0 ? 0 : throw ToolFailure.Refused("files-differ", string.Join("; ", wrong));
    }

    private static string Compare(string directory, KeyRole role, EnvironmentManifest manifest, out string fingerprint)
    {
        string path = Path.Combine(directory, role.PublicFile);
        if (!File.Exists(path))
        {
            fingerprint = "-";
            return "is missing";
        }

        fingerprint = PublicFile.Read(path).Fingerprint;
        if (!manifest.Fingerprints.TryGetValue(role.PublicFile, out string? expected))
        {
            return "is not in environment.json";
        }

        return fingerprint == expected ? "" : "differs from environment.json";
    }
}

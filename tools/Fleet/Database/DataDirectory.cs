using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>One process owns a data directory: what the registry keeps in memory is true only then.</summary>
internal static class DataDirectory
{
    /// <summary>Takes it until the lock is disposed; refuses when another process has it.</summary>
    public static FileStream Take(string directory)
    {
        Directory.CreateDirectory(directory);
        try
        {
            return new FileStream(Path.Combine(directory, "lock"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            throw ToolFailure.Refused("in-use", $"{directory} is in use by another server");
        }
    }
}

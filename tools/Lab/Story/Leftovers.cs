namespace DeviceFirmware.Lab;

/// <summary>Looks for processes that still know the working directory.</summary>
internal static class Leftovers
{
    internal static IReadOnlyList<string> Of(string work)
    {
        List<string> found = [];
        foreach (string directory in Directory.Exists("/proc") ? Directory.GetDirectories("/proc") : [])
        {
            if (!int.TryParse(Path.GetFileName(directory), out int id) || id == Environment.ProcessId)
            {
                continue;
            }

            try
            {
                string command = File.ReadAllText(Path.Combine(directory, "cmdline")).Replace('\0', ' ');
                if (command.Contains(work, StringComparison.Ordinal))
                {
                    found.Add($"{id}: {command}");
                }
            }
            catch (IOException)
            {
                // It ended meanwhile.
            }
            catch (UnauthorizedAccessException)
            {
                // Somebody else's.
            }
        }

        return found;
    }
}

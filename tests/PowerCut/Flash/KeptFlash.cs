using DeviceFirmware.Memory;

namespace DeviceFirmware.PowerCut.Flash;

/// <summary>Flash contents as firmware before this one has written them: one file a line, name and hexadecimal.</summary>
internal static class KeptFlash
{
    internal static MemoryFiles Read(string name)
    {
        MemoryFiles files = new();
        foreach (string line in File.ReadLines(Path.Combine(AppContext.BaseDirectory, "Kept", name + ".hex")))
        {
            string[] parts = line.Split(' ');
            files.Put(parts[0], Convert.FromHexString(parts[1]));
        }

        return files;
    }
}

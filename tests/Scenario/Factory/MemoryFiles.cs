using DeviceFirmware.Ports;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>The board's files in memory.</summary>
public sealed class MemoryFiles : IFiles
{
    private readonly Dictionary<string, byte[]> _files = [];

    public int Length(string name) => _files.TryGetValue(name, out byte[]? file) ? file.Length : -1;

    public int Read(string name, int position, byte[] buffer, int index, int count)
    {
        int available = _files.TryGetValue(name, out byte[]? file) ? Math.Clamp(file.Length - position, 0, count) : 0;
        if (available > 0)
        {
            Array.Copy(file!, position, buffer, index, available);
        }

        return available;
    }

    public void Create(string name, byte[] data, int count) => _files[name] = data[..count];

    public void WriteAt(string name, int position, byte[] data, int index, int count)
    {
        byte[] file = _files[name];
        byte[] larger = new byte[Math.Max(file.Length, position + count)];
        file.CopyTo(larger, 0);
        Array.Copy(data, index, larger, position, count);
        _files[name] = larger;
    }

    public void Delete(string name) => _files.Remove(name);
}

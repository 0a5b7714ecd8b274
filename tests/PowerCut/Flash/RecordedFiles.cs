using DeviceFirmware.Ledger;
using DeviceFirmware.Memory;
using DeviceFirmware.Ports;

namespace DeviceFirmware.PowerCut.Flash;

/// <summary>A board's flash that remembers each operation, and the flash before it.</summary>
internal sealed class RecordedFiles(MemoryFiles files) : IFiles
{
    private readonly List<Operation> _operations = [];

    internal IReadOnlyList<Operation> Operations => _operations;

    /// <summary>Asked at each operation: how far the fleet has the ledger.</summary>
    internal Func<ChainPosition?> Held { get; set; } = () => null;

    public int Length(string name) => files.Length(name);

    public int Read(string name, int position, byte[] buffer, int index, int count) => files.Read(name, position, buffer, index, count);

    public void Create(string name, byte[] data, int count)
    {
        _operations.Add(new Operation(true, name, 0, data[..count], files.Copy()) { Held = Held() });
        files.Create(name, data, count);
    }

    public void WriteAt(string name, int position, byte[] data, int index, int count)
    {
        _operations.Add(new Operation(false, name, position, data[index..(index + count)], files.Copy()) { Held = Held() });
        files.WriteAt(name, position, data, index, count);
    }

    public void Delete(string name)
    {
        if (files.Length(name) >= 0)
        {
            _operations.Add(new Operation(false, name, 0, [], files.Copy()) { IsDelete = true, Held = Held() });
        }

        files.Delete(name);
    }
}

using DeviceFirmware.Lifecycle;
using DeviceFirmware.Ports;

namespace DeviceFirmware.PowerCut.Outside;

/// <summary>A board of which nothing is left but what a wipe keeps.</summary>
internal static class NewBoard
{
    private static readonly string[] _files =
        [.. StoredRecords.Wiped().Append(Wipe.RecordName).SelectMany(name => (string[])[name + ".0", name + ".1"]), .. StoredRecords.WipedFiles()];

    internal static bool Is(IFiles files) => _files.All(name => files.Length(name) < 0);
}

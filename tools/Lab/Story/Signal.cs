using System.Runtime.InteropServices;

namespace DeviceFirmware.Lab;

/// <summary>Asks a process to end.</summary>
internal static partial class Signal
{
    private const int Sigterm = 15;

    internal static void Terminate(int processId)
    {
        _ = Kill(processId, Sigterm);
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int processId, int signal);
}

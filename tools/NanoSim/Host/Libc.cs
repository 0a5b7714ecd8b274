using System.Runtime.InteropServices;

namespace DeviceFirmware.NanoSim.Host;

/// <summary>The few calls of the C library (Linux numbers) that a pseudo-terminal and a power cut need.</summary>
internal static partial class Libc
{
    public const int ReadWrite = 2;
    public const int NoControllingTerminal = 0x100;
    public const int CloseOnExec = 0x80000;
    public const int SetFlags = 4;
    public const int NonBlocking = 0x800;
    public const short PollIn = 1;
    public const short PollOut = 4;
    public const int SetNow = 0;
    public const int ParentDeathSignal = 1;
    public const int Kill = 9;

    /// <summary>Bytes to set aside for a termios structure; glibc's has 60, musl's 60.</summary>
    public const int TermiosSize = 256;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", SetLastError = true)]
    public static partial int posix_openpt(int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int grantpt(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int unlockpt(int descriptor);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int ptsname_r(int descriptor, byte[] buffer, nint length);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    public static partial int open(string path, int flags);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int fcntl(int descriptor, int command, int argument);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint read(int descriptor, byte[] buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial nint write(int descriptor, ref byte buffer, nint count);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int poll(ref PollDescriptor descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int tcgetattr(int descriptor, byte[] termios);

    [LibraryImport("libc")]
    public static partial void cfmakeraw(byte[] termios);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int tcsetattr(int descriptor, int when, byte[] termios);

    [LibraryImport("libc", SetLastError = true)]
    public static partial int prctl(int option, nuint argument2, nuint argument3, nuint argument4, nuint argument5);

    [LibraryImport("libc")]
    public static partial void _exit(int status);
}

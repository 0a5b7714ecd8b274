using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Text;
using DeviceFirmware.Provisioning;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>A pseudo-terminal with a fake board at its master end, served by a thread.</summary>
[SupportedOSPlatform("linux")]
public sealed class PseudoTerminal : IDisposable
{
    private const int ReadWriteNoControl = 2 | 0x100;
    private readonly int _master;
    private readonly Thread _thread;
    private readonly FakeBoard _board;
    private volatile bool _isEnding;

    public PseudoTerminal(FakeBoard board, string link)
    {
        _board = board;
        _master = posix_openpt(ReadWriteNoControl);
        Assert.AreEqual(0, grantpt(_master));
        Assert.AreEqual(0, unlockpt(_master));
        byte[] name = new byte[128];
        Assert.AreEqual(0, ptsname_r(_master, name, name.Length));
        string path = Encoding.ASCII.GetString(name, 0, Array.IndexOf(name, (byte)0));
        if (File.Exists(link))
        {
            File.Delete(link);
        }

        File.CreateSymbolicLink(link, path);
        _thread = new Thread(Serve) { IsBackground = true };
        _thread.Start();
    }

    public void Dispose()
    {
        _isEnding = true;
        _thread.Join();
        close(_master);
    }

    private void Serve()
    {
        SerialFrameReader reader = new();
        byte[] buffer = new byte[256];
        while (!_isEnding)
        {
            PollEntry entry = new() { Descriptor = _master, Events = 1 };
            if (poll(ref entry, 1, 50) <= 0 || (entry.Received & 1) == 0)
            {
                // Hung up while no station has it open.
                Thread.Sleep(5);
                continue;
            }

            nint count = read(_master, buffer, buffer.Length);
            for (int i = 0; i < count; i++)
            {
                reader.Take(buffer[i]);
                if (reader.Frame is SerialFrame request)
                {
                    byte[] answer = _board.Answer(request)!.Encode();
                    write(_master, answer, answer.Length);
                }
            }
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Received;
    }

    [DllImport("libc")]
    private static extern int posix_openpt(int flags);

    [DllImport("libc")]
    private static extern int grantpt(int descriptor);

    [DllImport("libc")]
    private static extern int unlockpt(int descriptor);

    [DllImport("libc")]
    private static extern int ptsname_r(int descriptor, [Out] byte[] name, nint length);

    [DllImport("libc")]
    private static extern int poll(ref PollEntry entry, nuint count, int timeout);

    [DllImport("libc")]
    private static extern nint read(int descriptor, [Out] byte[] buffer, nint count);

    [DllImport("libc")]
    private static extern nint write(int descriptor, byte[] buffer, nint count);

    [DllImport("libc")]
    private static extern int close(int descriptor);
}

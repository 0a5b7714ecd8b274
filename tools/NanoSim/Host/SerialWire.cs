using System.Text;

namespace DeviceFirmware.NanoSim.Host;

/// <summary>
/// The cable: a pseudo-terminal whose far end any terminal program can open. It outlives restarts of the board and needs no reader.
/// </summary>
internal sealed class SerialWire : IDisposable
{
    private readonly string _link;

    private SerialWire(string link, string device, int descriptor)
    {
        _link = link;
        Device = device;
        Descriptor = descriptor;
    }

    /// <summary>The terminal device of the far end.</summary>
    public string Device { get; }

    /// <summary>The board's end; inherited by the board's process.</summary>
    public int Descriptor { get; }

    /// <summary>Makes the cable and a symbolic link to its far end; throws IOException.</summary>
    public static SerialWire Create(string link)
    {
        FileInfo present = new(link);
        if (present.LinkTarget is null && (present.Exists || Directory.Exists(link)))
        {
            throw new IOException($"{link} exists and is no symbolic link");
        }

        int descriptor = Libc.posix_openpt(Libc.ReadWrite | Libc.NoControllingTerminal);
        byte[] name = new byte[64];
        if (descriptor < 0 || Libc.grantpt(descriptor) != 0 || Libc.unlockpt(descriptor) != 0 || Libc.ptsname_r(descriptor, name, name.Length) != 0)
        {
            throw new IOException("this system gives no pseudo-terminal");
        }

        string device = Encoding.ASCII.GetString(name, 0, Array.IndexOf(name, (byte)0));

        // Kept open here: the line then has a far end whether anybody reads or not, and keeps its settings.
        int far = Libc.open(device, Libc.ReadWrite | Libc.NoControllingTerminal | Libc.CloseOnExec);
        byte[] termios = new byte[Libc.TermiosSize];
        if (far < 0 || Libc.tcgetattr(far, termios) != 0)
        {
            throw new IOException($"{device} cannot be opened");
        }

        Libc.cfmakeraw(termios);
        if (Libc.tcsetattr(far, Libc.SetNow, termios) != 0 || Libc.fcntl(descriptor, Libc.SetFlags, Libc.ReadWrite | Libc.NonBlocking) != 0)
        {
            throw new IOException($"{device} cannot be set to raw mode");
        }

        File.Delete(link);
        File.CreateSymbolicLink(link, device);
        return new SerialWire(link, device, descriptor);
    }

    /// <summary>Removes the link; the terminal goes with the process.</summary>
    public void Dispose() => File.Delete(_link);
}

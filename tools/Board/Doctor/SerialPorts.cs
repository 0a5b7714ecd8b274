using System.IO.Ports;
using System.Runtime.InteropServices;

namespace DeviceFirmware.Board;

/// <summary>The serial ports of this computer and what stands in the way of using one. No port is opened: that would reset many boards.</summary>
public sealed partial class SerialPorts(string systemRoot = "/")
{
    private const int ReadAndWrite = 6;

    /// <summary>USB vendor and product of the usual adapters, and the kernel module that serves them. Product "" is any.</summary>
    private static readonly (string Vendor, string Product, string Name, string Driver)[] _adapters =
    [
        ("10c4", "", "Silicon Labs CP210x", "cp210x"),
        ("1a86", "", "WCH CH340/CH910x", "ch341 (CH910x: cdc_acm)"),
        ("0403", "", "FTDI", "ftdi_sio"),
        ("303a", "", "Espressif USB serial/JTAG", "cdc_acm"),
    ];

    /// <summary>Ports that a board could be on.</summary>
    public IReadOnlyList<string> Present()
    {
        if (!OperatingSystem.IsLinux())
        {
            return [.. SerialPort.GetPortNames().Distinct().Order(StringComparer.Ordinal)];
        }

        string devices = Path.Combine(systemRoot, "dev");
        return Directory.Exists(devices)
            ? [.. Directory.GetFileSystemEntries(devices, "ttyUSB*").Concat(Directory.GetFileSystemEntries(devices, "ttyACM*")).Order(StringComparer.Ordinal)]
            : [];
    }

    /// <summary>Adapters that the USB bus shows, with the driver that makes a port of each. Linux only; elsewhere empty.</summary>
    public IReadOnlyList<(string Name, string Driver)> Adapters()
    {
        string bus = Path.Combine(systemRoot, "sys", "bus", "usb", "devices");
        if (!OperatingSystem.IsLinux() || !Directory.Exists(bus))
        {
            return [];
        }

        List<(string Name, string Driver)> found = [];
        foreach (string device in Directory.GetDirectories(bus).Order(StringComparer.Ordinal))
        {
            string vendor = Word(Path.Combine(device, "idVendor"));
            string product = Word(Path.Combine(device, "idProduct"));
            (string Vendor, string Product, string Name, string Driver) known = _adapters.FirstOrDefault(a => a.Vendor == vendor && (a.Product.Length == 0 || a.Product == product));
            if (known.Name is not null)
            {
                found.Add(($"{known.Name} ({vendor}:{product})", known.Driver));
            }
        }

        return found;
    }

    /// <summary>The first thing in the way of using a port, or null.</summary>
    public Finding? Obstacle(string port)
    {
        if (OperatingSystem.IsWindows())
        {
            return SerialPort.GetPortNames().Contains(port, StringComparer.OrdinalIgnoreCase) ? null : Missing(port);
        }

        if (!File.Exists(port))
        {
            return Missing(port);
        }

        if (access(port, ReadAndWrite) != 0)
        {
            return Finding.Problem(
                "no-permission", $"{port} is there, and you may not use it", "flashing and provisioning open it for reading and writing",
                "sudo usermod -a -G dialout $USER (on Arch: uucp), then log out and in again");
        }

        return Holder(port) is string holder
            ? Finding.Problem("port-busy", $"{port} is open in {holder}", "two programs on one line take each other's bytes", "close that program (a terminal, Visual Studio's device explorer, ModemManager)")
            : null;
    }

    private static Finding Missing(string port) => Finding.Problem(
        "no-such-port", $"there is no {port}", "the name changes with the socket, and on boards with USB of their own with each mode", "unplug, plug in, and run board doctor without --port: it lists what there is");

    /// <summary>Another process that has the port open, as far as this user may see.</summary>
    private static string? Holder(string port)
    {
        string target = new FileInfo(port).ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? Path.GetFullPath(port);
        if (!Directory.Exists("/proc"))
        {
            return null;
        }

        foreach (string process in Directory.GetDirectories("/proc").Where(path => Path.GetFileName(path).All(char.IsAsciiDigit)))
        {
            try
            {
                if (Path.GetFileName(process) != Environment.ProcessId.ToString(System.Globalization.CultureInfo.InvariantCulture)
                    && Directory.GetFileSystemEntries(Path.Combine(process, "fd")).Any(file => new FileInfo(file).LinkTarget == target))
                {
                    return $"{Word(Path.Combine(process, "comm"))} (process {Path.GetFileName(process)})";
                }
            }
            catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
            {
                // Another user's, or gone meanwhile.
            }
        }

        return null;
    }

    private static string Word(string file)
    {
        try
        {
            return File.ReadAllText(file).Trim();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int access(string path, int mode);
}

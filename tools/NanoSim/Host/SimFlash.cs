using System.Globalization;

namespace DeviceFirmware.NanoSim.Host;

/// <summary>
/// The littlefs partition, one host file a file. Counts the durable operations (create or truncate, close with data, delete, move) and cuts
/// the power before the one it was told. A host write goes to a side file first, so that an operation is done or not done, whatever ends
/// this process. Traps: Create truncates at once, what was written is durable after Close only, Move does not replace.
/// </summary>
public static class SimFlash
{
    private const string Drive = "I:\\";
    private const string SideFile = ".writing";

    private static readonly Lock _lock = new();
    private static string _folder = "";
    private static long _cutAfter = -1;
    private static long _count;
    private static FileStream? _countFile;

    /// <summary>Durable operations so far, over all restarts under one power supply.</summary>
    public static long Count
    {
        get
        {
            lock (_lock)
            {
                return _count;
            }
        }
    }

    /// <summary>True when the file exists.</summary>
    public static bool Exists(string path)
    {
        SimCpu.Pass();
        lock (_lock)
        {
            return File.Exists(HostPath(path));
        }
    }

    /// <summary>What the file holds; throws FileNotFoundException.</summary>
    public static byte[] Read(string path)
    {
        SimCpu.Pass();
        lock (_lock)
        {
            string host = HostPath(path);
            return File.Exists(host) ? File.ReadAllBytes(host) : throw new FileNotFoundException($"no file {path}");
        }
    }

    /// <summary>One operation: the file is there and empty, whatever it held.</summary>
    public static void Truncate(string path) => Write(path, [], 0);

    /// <summary>One operation: the file holds these bytes.</summary>
    public static void Write(string path, byte[] content, int length)
    {
        SimCpu.Pass();
        lock (_lock)
        {
            string host = HostPath(path);
            BeforeOperation();
            string side = Path.Combine(_folder, SideFile);
            using (FileStream stream = new(side, FileMode.Create, FileAccess.Write))
            {
                stream.Write(content, 0, length);
            }

            File.Move(side, host, overwrite: true);
            AfterOperation();
        }
    }

    /// <summary>One operation: the file is gone; throws FileNotFoundException when there is none.</summary>
    public static void Delete(string path)
    {
        SimCpu.Pass();
        lock (_lock)
        {
            string host = HostPath(path);
            if (!File.Exists(host))
            {
                throw new FileNotFoundException($"no file {path}");
            }

            BeforeOperation();
            File.Delete(host);
            AfterOperation();
        }
    }

    /// <summary>One operation; throws IOException when the target exists.</summary>
    public static void Move(string source, string target)
    {
        SimCpu.Pass();
        lock (_lock)
        {
            string from = HostPath(source);
            string to = HostPath(target);
            if (!File.Exists(from))
            {
                throw new FileNotFoundException($"no file {source}");
            }

            if (File.Exists(to))
            {
                throw new IOException($"{target} exists");
            }

            BeforeOperation();
            File.Move(from, to);
            AfterOperation();
        }
    }

    /// <summary>Full paths of all files.</summary>
    public static string[] List(string path)
    {
        SimCpu.Pass();
        if (path != Drive)
        {
            throw new IOException($"no folder {path}");
        }

        lock (_lock)
        {
            return [.. Directory.GetFiles(_folder)
                .Select(Path.GetFileName)
                .Where(name => name != SideFile)
                .Order(StringComparer.Ordinal)
                .Select(name => Drive + name)];
        }
    }

    internal static void PowerOn(SimOptions options)
    {
        _folder = Directory.CreateDirectory(options.FlashDirectory).FullName;
        File.Delete(Path.Combine(_folder, SideFile));
        _cutAfter = options.CutAfter;
        if (options.CountFile is string file)
        {
            _countFile = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 1);
            byte[] text = new byte[32];
            int length = _countFile.Read(text);
            _ = long.TryParse(System.Text.Encoding.ASCII.GetString(text, 0, length).Trim(), CultureInfo.InvariantCulture, out _count);
            StoreCount();
        }
    }

    private static void BeforeOperation()
    {
        if (_cutAfter >= 0 && _count >= _cutAfter)
        {
            SimPower.Cut();
        }
    }

    private static void AfterOperation()
    {
        _count++;
        StoreCount();
    }

    private static void StoreCount()
    {
        if (_countFile is not null)
        {
            _countFile.Position = 0;
            _countFile.Write(System.Text.Encoding.ASCII.GetBytes(_count.ToString(CultureInfo.InvariantCulture) + "\n"));
            _countFile.Flush();
        }
    }

    private static string HostPath(string path)
    {
        string name = path.StartsWith(Drive, StringComparison.Ordinal) ? path[Drive.Length..] : "";
        if (name.Length == 0 || name[0] == '.' || name.Contains('/') || name.Contains('\\') || name.Contains('\0'))
        {
            throw new IOException($"no such path: {path}");
        }

        return Path.Combine(_folder, name);
    }
}

using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DeviceFirmware.Image;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Signer;

/// <summary>
/// What was signed, a line a signature: the head, a space, a JSON object. The head is SHA-256 of the head before (64 zeros at first) and the
/// object, lower-case hex. Only ever appended to, by one process at a time. The entry is on the disk before its image is handed out, so no
/// image is without one; a line that a power cut left unfinished had no image, and the next entry takes its place. The chain finds damage,
/// and proves order and wholeness up to a head that somebody else holds; whoever writes the file can write another.
/// </summary>
public sealed class ReleaseLog : IDisposable
{
    /// <summary>Longest log, in bytes.</summary>
    public const int MaximumLength = 16 * 1024 * 1024;

    private const int HeadLength = 64;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);

    private static readonly JsonSerializerOptions _strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        AllowDuplicateProperties = false,
        PropertyNameCaseInsensitive = false,
        NumberHandling = JsonNumberHandling.Strict,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly FileStream _file;
    private readonly List<ReleaseEntry> _entries = [];
    private readonly List<string> _heads = [];
    private long _end;

    private ReleaseLog(FileStream file) => _file = file;

    /// <summary>Every entry.</summary>
    public IReadOnlyList<ReleaseEntry> Entries => _entries;

    /// <summary>The head of each entry, in their order.</summary>
    public IReadOnlyList<string> Heads => _heads;

    /// <summary>True while an unfinished line stands behind the entries.</summary>
    public bool IsTorn => _file.Length > _end;

    /// <summary>Opens a log, for this process alone until disposed, and checks it from its first byte; a damaged one is refused.</summary>
    /// <param name="path">The file.</param>
    /// <param name="create">Make the file when there is none.</param>
    public static ReleaseLog Open(string path, bool create)
    {
        if (!create && !File.Exists(path))
        {
            throw ToolFailure.BadInput("no such file: " + path);
        }

        ReleaseLog log = new(Lock(path));
        try
        {
            log.Read(path);
            return log;
        }
        catch
        {
            log.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Why this may not be signed now, as token and text, or null: for its board type the version must be above every version signed, the
    /// counter not below any counter signed. The very content that was signed before may be signed again.
    /// </summary>
    public (string Token, string Text)? WhyNot(string boardType, ImageVersion version, uint counter, string digest)
    {
        ReleaseEntry[] before = [.. _entries.Where(entry => entry.BoardType == boardType)];
        if (before.Length == 0 || before.Any(entry => entry.Digest == digest))
        {
            return null;
        }

        ImageVersion newest = before.Select(entry => ImageVersion.Parse(entry.Version)).Aggregate((a, b) => a.CompareTo(b) >= 0 ? a : b);
        uint highest = before.Max(entry => entry.Counter);
        return version.CompareTo(newest) <= 0 ? ("version-not-above", $"{version} for {boardType}; {newest} was signed")
            : counter < highest ? ("counter-below", $"{counter} for {boardType}; {highest} was signed")
            : null;
    }

    /// <summary>Appends an entry, through to the disk, and gives the new head.</summary>
    public string Append(ImageVersion version, string boardType, uint counter, string digest, string key, string? reason, DateTimeOffset time)
    {
        ReleaseEntry entry = new()
        {
            Number = _entries.Count + 1,
            Time = time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ"),
            BoardType = boardType,
            Version = version.ToString(),
            Counter = counter,
            Digest = digest,
            Key = key,
            Override = reason,
        };
        byte[] json = JsonSerializer.SerializeToUtf8Bytes(entry, _strict);
        string head = HeadOf(json);
        byte[] line = [.. Encoding.ASCII.GetBytes(head + " "), .. json, (byte)'\n'];
        _file.SetLength(_end);
        _file.Position = _end;
        _file.Write(line);
        _file.Flush(flushToDisk: true);
        Take(entry, head, line.Length);
        return head;
    }

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private static FileStream Lock(string path)
    {
        DateTime end = DateTime.UtcNow + _patience;
        while (true)
        {
            try
            {
                return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            }
            catch (IOException problem) when (problem is not (DirectoryNotFoundException or FileNotFoundException or PathTooLongException) && File.Exists(path))
            {
                if (DateTime.UtcNow > end)
                {
                    throw ToolFailure.Refused("log-in-use", $"another process holds {path}");
                }

                Thread.Sleep(50);
            }
        }
    }

    private void Read(string path)
    {
        if (_file.Length > MaximumLength)
        {
            throw ToolFailure.Refused("log-damaged", $"{path} has more than {MaximumLength} bytes");
        }

        byte[] content = new byte[_file.Length];
        _file.ReadExactly(content);
        for (int length = Array.IndexOf(content, (byte)'\n', 0) + 1; length > 0; length = Array.IndexOf(content, (byte)'\n', (int)_end) + 1 - (int)_end)
        {
            ReadOnlySpan<byte> line = content.AsSpan((int)_end, length - 1);
            ReadOnlySpan<byte> json = line.Length > HeadLength ? line[(HeadLength + 1)..] : [];
            string head = HeadOf(json);
            if (!line.StartsWith(Encoding.ASCII.GetBytes(head + " ")) || Parse(json) is not ReleaseEntry entry || entry.Number != _entries.Count + 1)
            {
                throw ToolFailure.Refused("log-damaged", $"{path}, line {_entries.Count + 1}: not what was written there, or not behind what was written before it; nothing is signed");
            }

            Take(entry, head, length);
        }
    }

    private string HeadOf(ReadOnlySpan<byte> json)
    {
        string before = _heads.Count > 0 ? _heads[^1] : new string('0', HeadLength);
        return Convert.ToHexStringLower(SHA256.HashData([.. Encoding.ASCII.GetBytes(before), .. json]));
    }

    private void Take(ReleaseEntry entry, string head, int length)
    {
        _entries.Add(entry);
        _heads.Add(head);
        _end += length;
    }

    private static ReleaseEntry? Parse(ReadOnlySpan<byte> json)
    {
        try
        {
            ReleaseEntry? entry = JsonSerializer.Deserialize<ReleaseEntry>(json, _strict);
            return entry is not null && ImageVersion.Parse(entry.Version) is not null ? entry : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

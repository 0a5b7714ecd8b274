using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>One line of <c>policies/loaded.jsonl</c>: an edition came into force.</summary>
public sealed record PolicyLoad(string At, string Actor, string Document, string Version, string Sha256);

/// <summary>
/// The editions of the policy documents. What is loaded is proved first (<see cref="PolicyProver"/>), then kept for good in the data
/// directory: the bytes under <c>policies/SHA256.json</c>, and one line in <c>policies/loaded.jsonl</c> with time and actor. The decision
/// log names the edition of each decision, so what decided can be read years later.
/// </summary>
public sealed class PolicyStore
{
    private const int MaximumLog = 64 * 1024 * 1024;

    private readonly string _directory;
    private readonly TimeProvider _time;

    /// <summary>The store of a data directory.</summary>
    public PolicyStore(string dataDirectory, TimeProvider time)
    {
        _directory = Path.Combine(dataDirectory, "policies");
        _time = time;
        Directory.CreateDirectory(_directory);
    }

    private string LogPath => Path.Combine(_directory, "loaded.jsonl");

    /// <summary>Loads <c>bootstrap.json</c>, <c>operational.json</c> and <c>quarantined.json</c>, or fails with the reason.</summary>
    public PolicySet Load(string directory, string actor)
    {
        return new PolicySet([.. PolicySet.Kinds.Select(kind => Load(kind, Path.Combine(directory, DeviceRegistry.Word(kind) + ".json"), actor))]);
    }

    /// <summary>Every load there was, oldest first.</summary>
    public IReadOnlyList<PolicyLoad> History()
    {
        if (!File.Exists(LogPath))
        {
            return [];
        }

        // A line that a power cut has torn is the last one; its load is noted again at the next start.
        List<PolicyLoad> loads = [];
        foreach (string line in Encoding.UTF8.GetString(WholeFile.Read(LogPath, MaximumLog)).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            try
            {
                loads.Add(JsonSerializer.Deserialize<PolicyLoad>(line, JsonSerializerOptions.Web)!);
            }
            catch (JsonException)
            {
                continue;
            }
        }

        return loads;
    }

    /// <summary>The bytes of an edition that was loaded once; null when none has this hash.</summary>
    public byte[]? Find(string sha256)
    {
        string path = Path.Combine(_directory, sha256 + ".json");
        return ManufacturingRecord.IsSha256(sha256) && File.Exists(path) ? WholeFile.Read(path, PolicyParser.MaximumBytes) : null;
    }

    /// <summary>Reads, proves and keeps one document.</summary>
    public PolicyEdition Load(PolicyKind kind, string path, string actor)
    {
        byte[] bytes = WholeFile.Read(path, PolicyParser.MaximumBytes);
        if (!PolicyParser.TryParse(bytes, out PolicyDocument? document, out string? problem))
        {
            throw ToolFailure.BadInput($"policy {path}: {problem}");
        }

        PolicyProof proof = PolicyProver.Prove(document);
        if (!proof.IsProved)
        {
            throw ToolFailure.Refused("policy-not-proved", $"{path}: {proof.Findings[0]}; fleet policy prove says all");
        }

        PolicyEdition edition = new(kind, document, Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Keep(edition, bytes, actor);
        return edition;
    }

    // The bytes first, the line that speaks of them last. The same edition as before is no news.
    private void Keep(PolicyEdition edition, byte[] bytes, string actor)
    {
        string word = DeviceRegistry.Word(edition.Kind);
        if (History().LastOrDefault(load => load.Document == word)?.Sha256 == edition.Sha256)
        {
            return;
        }

        WholeFile.Write(Path.Combine(_directory, edition.Sha256 + ".json"), bytes, overwrite: true);
        string at = _time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        PolicyLoad load = new(at, actor, word, edition.Document.Version, edition.Sha256);
        byte[] line = [(byte)'\n', .. JsonSerializer.SerializeToUtf8Bytes(load, JsonSerializerOptions.Web), (byte)'\n'];
        using FileStream log = new(LogPath, FileMode.Append, FileAccess.Write, FileShare.Read);
        log.Write(line);
        log.Flush(flushToDisk: true);
    }
}

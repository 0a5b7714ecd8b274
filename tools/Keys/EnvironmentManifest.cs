using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Keys;

/// <summary>environment.json: what a ceremony made, by fingerprint.</summary>
/// <param name="Environment">Name of the environment.</param>
/// <param name="Created">UTC second of the ceremony, <c>yyyy-MM-ddTHH:mm:ssZ</c>.</param>
/// <param name="Insecure">True when the keys lie on one machine for experiments.</param>
/// <param name="Fingerprints">From file (below the environment's directory) to <c>sha256:hex</c>.</param>
public sealed record EnvironmentManifest(
    string Environment, string Created, bool Insecure, IReadOnlyDictionary<string, string> Fingerprints)
{
    /// <summary>Name of the file.</summary>
    public const string FileName = "environment.json";
    private const int MaximumLength = 64 * 1024;

    private static readonly JsonSerializerOptions _options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>The file's text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, _options) + "\n";

    /// <summary>Reads and checks the shape of the file, or ends the tool with bad input.</summary>
    public static EnvironmentManifest Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize<EnvironmentManifest>(WholeFile.Read(path, MaximumLength), _options)
                ?? throw new JsonException("null");
        }
        catch (JsonException problem)
        {
            throw ToolFailure.BadInput($"{path} is not an environment.json: {problem.Message}");
        }
    }
}

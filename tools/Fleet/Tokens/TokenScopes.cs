using System.Text.Json;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Which audiences devices may have tokens for, and what they may ask to do there: <c>tokens.json</c> beside the policies,
/// <c>{"AUDIENCE": ["SCOPE", …], …}</c>. The fleet's own API is the audience <see cref="Own"/>. Without the file, that one alone. Between <c>:</c> and
/// <c>.</c> a scope may have <c>${tenant}</c>, <c>${product}</c> or <c>${deviceId}</c>: for each device it is its own, and none where it has none.
/// </summary>
public sealed class TokenScopes
{
    /// <summary>The fleet's own API.</summary>
    public const string Own = "fleet";

    /// <summary>Reads what the registry says of the device itself.</summary>
    public const string SelfRead = "self:read";

    /// <summary>Hands over telemetry.</summary>
    public const string TelemetryWrite = "telemetry:write";

    private const int MaximumFile = 64 * 1024;
    private const int MaximumWords = 64;
    private const int MaximumWord = 64;

    private static readonly char[] _borders = [':', '.'];

    private static readonly Dictionary<string, Func<Device, string>> _variables = new(StringComparer.Ordinal)
    {
        ["${tenant}"] = device => device.Tenant,
        ["${product}"] = device => device.Product,
        ["${deviceId}"] = device => device.Id,
    };

    private readonly Dictionary<string, HashSet<string>> _audiences;

    private TokenScopes(Dictionary<string, HashSet<string>> audiences)
    {
        _audiences = audiences;
    }

    /// <summary>What stands in a directory of policies.</summary>
    public static TokenScopes Load(string directory)
    {
        string path = Path.Combine(directory, "tokens.json");
        return File.Exists(path) ? Parse(WholeFile.Read(path, MaximumFile), path) : new(new() { [Own] = [SelfRead, TelemetryWrite] });
    }

    /// <summary>Reads a file's content, or fails with its place.</summary>
    public static TokenScopes Parse(byte[] content, string path)
    {
        if (!StrictJson.TryParse(content, MaximumFile, out JsonDocument? document, out string? problem))
        {
            throw ToolFailure.BadInput($"{path}: {problem}");
        }

        using (document)
        {
            Dictionary<string, HashSet<string>> audiences = new(StringComparer.Ordinal);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
            {
                throw ToolFailure.BadInput($"{path}: must be an object");
            }

            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (StrictJson.TryName(property) is not { } name || !DeviceId.IsValid(name) || !audiences.TryAdd(name, Words(property.Value, name, path)))
                {
                    throw ToolFailure.BadInput($"{path}: an audience is [a-z0-9-]{{1,32}}, each once");
                }
            }

            return new TokenScopes(audiences);
        }
    }

    /// <summary>May a device in this state, of this tenant, have a token? Null, or why not.</summary>
    public static Refusal? MayHave(Device device)
    {
        string state = DeviceRegistry.Word(device.State);
        return device.State is not (DeviceState.Claimed or DeviceState.Active) ? new Refusal("state-" + state, $"the device is {state}", 403)
            : device.Tenant.Length == 0 ? new Refusal("no-tenant", "the device is nobody's", 403)
            : null;
    }

    /// <summary>Null when that device may ask for every word of a scope there; else why not.</summary>
    public Refusal? Judge(Device device, string audience, string scope)
    {
        return !_audiences.TryGetValue(audience, out HashSet<string>? allowed) ? new Refusal("audience-refused", "devices have no tokens for that audience", 403)
            : scope.Split(' ').All(allowed.Select(word => Bound(word, device)).OfType<string>().Contains) ? null
            : new Refusal("scope-refused", "the scope is wider than devices may have there", 403);
    }

    private static HashSet<string> Words(JsonElement element, string audience, string path)
    {
        HashSet<string> words = new(StringComparer.Ordinal);
        bool good = element.ValueKind == JsonValueKind.Array && element.GetArrayLength() is > 0 and <= MaximumWords
            && element.EnumerateArray().All(item => StrictJson.TryText(item, out string word) && IsWord(word) && words.Add(word));
        return good ? words : throw ToolFailure.BadInput($"{path}: '{audience}' must be 1 to {MaximumWords} scopes, each [a-z0-9:.-]{{1,{MaximumWord}}}, with ${{tenant}}, ${{product}}, ${{deviceId}} between : and .");
    }

    // What stands for a variable has neither border in it: no two devices' words are the same by accident of where one part ends.
    private static bool IsWord(string word)
    {
        return word.Length is > 0 and <= MaximumWord
            && word.Split(_borders).All(part => _variables.ContainsKey(part) || part.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'));
    }

    /// <summary>The word as that device's; null when it has nothing of that name.</summary>
    private static string? Bound(string word, Device device)
    {
        foreach ((string name, Func<Device, string> value) in _variables)
        {
            if (word.Contains(name, StringComparison.Ordinal))
            {
                if (value(device).Length == 0)
                {
                    return null;
                }

                word = word.Replace(name, value(device), StringComparison.Ordinal);
            }
        }

        return word;
    }
}

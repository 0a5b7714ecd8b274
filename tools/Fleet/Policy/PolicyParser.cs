using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;

namespace DeviceFirmware.Fleet;

/// <summary>Reads a policy document, or says where it is wrong. Hostile bytes give a refusal, never an exception.</summary>
public sealed class PolicyParser
{
    /// <summary>Largest document, bytes.</summary>
    public const int MaximumBytes = 64 * 1024;

    private const int MaximumStatements = 64;
    private const int MaximumResources = 64;
    private const int MaximumResourcesInAll = 256;

    private string? _problem;
    private int _resources;

    private PolicyParser()
    {
    }

    /// <summary>The document, or the first thing that is wrong with its place, such as <c>statement[2].action[0]: …</c>.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, [NotNullWhen(true)] out PolicyDocument? document, [NotNullWhen(false)] out string? problem)
    {
        document = null;
        if (!StrictJson.TryParse(utf8, MaximumBytes, out JsonDocument? json, out problem))
        {
            return false;
        }

        using (json)
        {
            PolicyParser parser = new();
            PolicyDocument? parsed = parser.Document(json.RootElement);
            problem = parser._problem;
            document = problem is null ? parsed : null;
            return problem is null;
        }
    }

    private PolicyDocument? Document(JsonElement root)
    {
        if (!Members(root, "document", ["version", "statement"], out Dictionary<string, JsonElement> members)
            || !Text(members["version"], "version", out string version))
        {
            return null;
        }

        if (!DateOnly.TryParseExact(version, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _))
        {
            return Fail<PolicyDocument>("version", "must be a date, yyyy-MM-dd");
        }

        List<PolicyStatement> statements = [];
        foreach ((string place, JsonElement item) in Items(members["statement"], "statement", MaximumStatements))
        {
            if (Statement(place, item) is not { } statement)
            {
                return null;
            }

            statements.Add(statement);
        }

        return new PolicyDocument(version, statements);
    }

    private PolicyStatement? Statement(string place, JsonElement element)
    {
        if (!Members(element, place, ["effect", "action", "resource"], out Dictionary<string, JsonElement> members)
            || !Text(members["effect"], place + ".effect", out string effectText))
        {
            return null;
        }

        PolicyEffect? effect = effectText switch { "allow" => PolicyEffect.Allow, "deny" => PolicyEffect.Deny, _ => null };
        if (effect is null)
        {
            return Fail<PolicyStatement>(place + ".effect", "must be allow or deny");
        }

        List<PolicyAction> actions = [];
        foreach ((string itemPlace, JsonElement item) in Items(members["action"], place + ".action", 3))
        {
            if (!Text(item, itemPlace, out string text))
            {
                return null;
            }

            PolicyAction? action = text switch
            {
                "connect" => PolicyAction.Connect,
                "publish" => PolicyAction.Publish,
                "subscribe" => PolicyAction.Subscribe,
                _ => null,
            };
            if (action is not { } known || actions.Contains(known))
            {
                return Fail<PolicyStatement>(itemPlace, action is null ? "must be connect, publish or subscribe" : "stands there twice");
            }

            actions.Add(known);
        }

        List<PolicyResource> resources = [];
        foreach ((string itemPlace, JsonElement item) in Items(members["resource"], place + ".resource", MaximumResources))
        {
            if (Resource(itemPlace, item, effect.Value) is not { } resource)
            {
                return null;
            }

            resources.Add(resource);
        }

        if (_problem is null && !resources.Any(resource => actions.Contains(resource.Concerns)))
        {
            return Fail<PolicyStatement>(place, "none of its resources concerns any of its actions");
        }

        return new PolicyStatement(effect.Value, actions, resources);
    }

    private PolicyResource? Resource(string place, JsonElement element, PolicyEffect effect)
    {
        if (!Text(element, place, out string text))
        {
            return null;
        }

        if (++_resources > MaximumResourcesInAll)
        {
            return Fail<PolicyResource>(place, $"a document has at most {MaximumResourcesInAll} resources");
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        PolicyAction? concerns = (colon < 0 ? "" : text[..colon]) switch
        {
            "device" => PolicyAction.Connect,
            "topic" => PolicyAction.Publish,
            "topicfilter" => PolicyAction.Subscribe,
            _ => null,
        };
        if (concerns is null)
        {
            return Fail<PolicyResource>(place, "must begin with device:, topic: or topicfilter:");
        }

        // Bound to the longest values here, so that binding to real ones can no longer fail.
        PolicyResource resource = new(concerns.Value, text[(colon + 1)..]);
        return resource.Misplaced(effect) is { } misplaced ? Fail<PolicyResource>(place, misplaced)
            : resource.TryCompile(PolicySubject.Longest, out _, out string? problem) ? resource
            : Fail<PolicyResource>(place, problem!);
    }

    private bool Members(JsonElement element, string place, string[] names, out Dictionary<string, JsonElement> members)
    {
        if (!StrictJson.TryMembers(element, names, [], out members, out string? problem))
        {
            Fail<object>(place, problem);
            return false;
        }

        return true;
    }

    private bool Text(JsonElement element, string place, out string text)
    {
        if (!StrictJson.TryText(element, out text))
        {
            Fail<object>(place, "must be a string");
            return false;
        }

        return true;
    }

    private IEnumerable<(string Place, JsonElement Item)> Items(JsonElement element, string place, int maximum)
    {
        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() is 0 || element.GetArrayLength() > maximum)
        {
            Fail<object>(place, $"must be an array of 1 to {maximum} items");
            return [];
        }

        return element.EnumerateArray().Select((item, index) => ($"{place}[{index}]", item));
    }

    private T? Fail<T>(string place, string problem)
        where T : class
    {
        _problem ??= $"{place}: {problem}";
        return null;
    }
}

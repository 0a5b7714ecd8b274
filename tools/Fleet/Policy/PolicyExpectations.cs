using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace DeviceFirmware.Fleet;

/// <summary>What a document is expected to answer: who, what, the answer, and the deciding statement where that matters.</summary>
public sealed record PolicyExpectation(PolicySubject Subject, ClientRequest Request, string Token, int? Statement);

/// <summary>
/// Expectations as data, beside the policy: a JSON array of objects with exactly <c>device</c>, <c>action</c>, <c>resource</c> (client id,
/// topic or filter), <c>answer</c> (a token such as <c>allowed</c> or <c>default-deny</c>) and optionally <c>tenant</c>, <c>product</c> (of the
/// device, which has none without) and <c>statement</c>.
/// </summary>
public static class PolicyExpectations
{
    /// <summary>Largest file, bytes.</summary>
    public const int MaximumBytes = 1024 * 1024;

    /// <summary>The request of an action's name; null when there is no such action.</summary>
    public static ClientRequest? Request(string action, string resource)
    {
        return action switch
        {
            "connect" => new ClientRequest.Connect(resource, null, null),
            "publish" => new ClientRequest.Publish(resource),
            "subscribe" => new ClientRequest.Subscribe(resource),
            _ => null,
        };
    }

    /// <summary>The expectations, or the first thing that is wrong with its place.</summary>
    public static bool TryParse(ReadOnlyMemory<byte> utf8, out IReadOnlyList<PolicyExpectation> expectations, [NotNullWhen(false)] out string? problem)
    {
        List<PolicyExpectation> read = [];
        expectations = read;
        if (!StrictJson.TryParse(utf8, MaximumBytes, out JsonDocument? document, out problem))
        {
            return false;
        }

        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Array || document.RootElement.GetArrayLength() == 0)
            {
                problem = "document: must be an array of expectations";
                return false;
            }

            foreach (JsonElement element in document.RootElement.EnumerateArray())
            {
                problem = TryOne(element, out PolicyExpectation? expectation);
                if (expectation is null)
                {
                    problem = $"expectation[{read.Count}]: {problem}";
                    return false;
                }

                read.Add(expectation);
            }
        }

        return true;
    }

    private static string? TryOne(JsonElement element, out PolicyExpectation? expectation)
    {
        expectation = null;
        string[] names = ["device", "action", "resource", "answer"];
        if (!StrictJson.TryMembers(element, names, ["tenant", "product", "statement"], out Dictionary<string, JsonElement> members, out string? problem))
        {
            return problem;
        }

        string[] texts = [.. names.Select(name => StrictJson.TryText(members[name], out string text) ? text : "\0")];
        int statement = 0;
        bool named = members.TryGetValue("statement", out JsonElement number);
        if (texts.Contains("\0") || (named && (number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out statement))))
        {
            return "members are strings, the statement a number";
        }

        if (!DeviceId.IsValid(texts[0]) || !Owner(members, "tenant", out string tenant) || !Owner(members, "product", out string product)
            || Request(texts[1], texts[2]) is not { } request)
        {
            return "'device', 'tenant' and 'product' must be [a-z0-9-]{1,32}, 'action' connect, publish or subscribe";
        }

        expectation = new PolicyExpectation(new PolicySubject(texts[0], tenant, product), request, texts[3], named ? statement : null);
        return null;
    }

    // One that is not named is one that the device has not.
    private static bool Owner(Dictionary<string, JsonElement> members, string name, out string value)
    {
        value = "";
        return !members.TryGetValue(name, out JsonElement element) || (StrictJson.TryText(element, out value) && DeviceId.IsValid(value));
    }
}

using System.Text.Json.Nodes;

namespace DeviceFirmware.Fleet;

/// <summary>
/// What a bound document allows, in the words of Mosquitto's dynamic security (2.0): lists by kind of access, the highest priority that
/// matches decides, default deny. Its patterns are MQTT filters. What cannot be said exactly is refused, never said approximately:
/// <list type="bullet">
/// <item>an allow with <c>*</c>: a filter has no such wildcard;</item>
/// <item>a deny on <c>topicfilter:</c> that meets an allow: ours bites on overlap, Mosquitto's on coverage;</item>
/// <item>a deny on <c>topic:</c> that meets an allow and whose <c>*</c> is no whole level. Where it is one, it is written out, once for each
/// number of levels it can stand for; topics have at most <see cref="TopicPattern.MaximumLevels"/>.</item>
/// </list>
/// </summary>
internal static class MosquittoRights
{
    private const int AllowPriority = 1;
    private const int DenyPriority = 2;
    private const string AnyOwner = "+";

    /// <summary>Why the document cannot be said, or null. For every tenant and product at once: what meets no allow of any meets none of one.</summary>
    internal static string? Problem(PolicyDocument document)
    {
        return TryTranslate(document, resource => resource.Filled(PolicySubject.Longest.DeviceId, AnyOwner, AnyOwner), out _, out string? problem) ? null : problem;
    }

    /// <summary>The lists of one device, or why the document cannot be said.</summary>
    internal static bool TryTranslate(PolicyDocument document, PolicySubject subject, out JsonArray acls, out string? problem)
    {
        return TryTranslate(document, resource => resource.IsBoundBy(subject) ? resource.Filled(subject.DeviceId, subject.Tenant, subject.Product) : null, out acls, out problem);
    }

    private static bool TryTranslate(PolicyDocument document, Func<PolicyResource, string?> bind, out JsonArray acls, out string? problem)
    {
        acls = [];
        problem = null;

        // Mosquitto has no limit of its own here: '#' takes the parent too, so this is every topic of more levels.
        string tooDeep = string.Concat(Enumerable.Repeat("+/", TopicPattern.MaximumLevels + 1)) + "#";
        acls.Add(Acl("publishClientSend", tooDeep, DenyPriority, allow: false));
        acls.Add(Acl("subscribePattern", tooDeep, DenyPriority, allow: false));
        List<(PolicyAction Action, TopicLanguage Language)> allowed = [];
        foreach ((PolicyResource resource, string text, int number) in Resources(document, PolicyEffect.Allow, bind))
        {
            if (text.Contains('*', StringComparison.Ordinal))
            {
                problem = $"statement {number}: Mosquitto has no '*'; an allow can have '+' and '#' only";
                return false;
            }

            allowed.Add((resource.Concerns, Language(text, isPolicyPattern: true)));
            acls.Add(Acl(resource.Concerns == PolicyAction.Publish ? "publishClientSend" : "subscribePattern", text, AllowPriority, allow: true));
            if (resource.Concerns == PolicyAction.Subscribe)
            {
                acls.Add(Acl("publishClientReceive", text, AllowPriority, allow: true));
            }
        }

        foreach ((PolicyResource resource, string text, int number) in Resources(document, PolicyEffect.Deny, bind))
        {
            TopicLanguage deny = Language(text, isPolicyPattern: true);
            TopicLanguage[] met = [.. allowed.Where(allow => allow.Action == resource.Concerns && allow.Language.Overlaps(deny)).Select(allow => allow.Language)];
            if (met.Length == 0)
            {
                continue; // what no allow has is denied already
            }

            problem = resource.Concerns == PolicyAction.Subscribe ? $"statement {number}: Mosquitto denies filters by coverage, not by overlap"
                : text.Split('/').Any(level => level.Contains('*', StringComparison.Ordinal) && level != "*") ? $"statement {number}: a '*' that is no whole level"
                : null;
            if (problem is not null)
            {
                return false;
            }

            foreach (string filter in WrittenOut(text).Where(filter => met.Any(Language(filter, isPolicyPattern: false).Overlaps)))
            {
                acls.Add(Acl("publishClientSend", filter, DenyPriority, allow: false));
            }
        }

        return true;
    }

    private static JsonObject Acl(string kind, string topic, int priority, bool allow)
    {
        return new JsonObject { ["acltype"] = kind, ["topic"] = topic, ["priority"] = priority, ["allow"] = allow };
    }

    // An allow that is bound to nothing allows nothing; a deny always is bound.
    private static IEnumerable<(PolicyResource Resource, string Text, int Number)> Resources(
        PolicyDocument document, PolicyEffect effect, Func<PolicyResource, string?> bind)
    {
        return document.Statements.Select((statement, i) => (statement, Number: i + 1)).Where(pair => pair.statement.Effect == effect)
            .SelectMany(pair => pair.statement.Resources
                .Where(resource => resource.Concerns != PolicyAction.Connect && pair.statement.Actions.Contains(resource.Concerns))
                .Select(resource => (resource, bind(resource)!, pair.Number)).Where(item => effect == PolicyEffect.Deny || item.Item2 is not null));
    }

    // Every way of putting whole levels in the place of each "*".
    private static IEnumerable<string> WrittenOut(string text)
    {
        int at = Array.IndexOf(text.Split('/'), "*");
        if (at < 0)
        {
            return [text];
        }

        string[] levels = text.Split('/');
        int room = TopicPattern.MaximumLevels - (levels.Length - 1) + (levels[^1] == "#" ? 1 : 0);
        return Enumerable.Range(1, Math.Max(0, room))
            .SelectMany(count => WrittenOut(string.Join('/', [.. levels[..at], .. Enumerable.Repeat("+", count), .. levels[(at + 1)..]])));
    }

    private static TopicLanguage Language(string text, bool isPolicyPattern)
    {
        return TopicPattern.TryParse(text, isPolicyPattern, out TopicPattern? pattern, out string? problem)
            ? TopicLanguage.Compile(pattern)
            : throw new InvalidOperationException(problem);
    }
}

namespace DeviceFirmware.Fleet;

/// <summary>
/// The symbolic words ('$' is the device's own id) that can become another's name: an automaton with more words than that at most, never
/// fewer. A topic is another device's when its first level is <c>devices</c> and its second a valid id that is not the own one. The second level
/// is the own id for every device only when it is exactly '$'; with anything beside the '$' it is longer, without a '$' it is the same word for
/// every device. A topic is a tenant's when its first level is <c>tenants</c> and its second a valid name, '$' too: some device has no tenant, or
/// another one. The first level could hold the own id: to a device called <c>vice</c>, <c>de$s</c> is <c>devices</c>. There are few such ids;
/// they are looked at one by one.
/// </summary>
internal sealed class ForeignNames
{
    /// <summary>From here no word is another's.</summary>
    internal const int Dead = 0;

    /// <summary>Before the first character.</summary>
    internal const int Start = 1;

    private readonly Dictionary<(int State, char Character), int> _next = [];
    private readonly HashSet<int> _accepts = [];
    private int _states = 2;

    private ForeignNames(string root)
    {
        Root = root;
        IdsInRoot = [.. Enumerable.Range(0, root.Length).SelectMany(from => Enumerable.Range(1, root.Length - from).Select(length => root.Substring(from, length))).Distinct()];
    }

    /// <summary>Client ids: everything but the own id.</summary>
    internal static ForeignNames ClientIds { get; } = MakeClientIds();

    /// <summary>Topics of other devices.</summary>
    internal static ForeignNames Devices { get; } = MakeTopics("devices", hasOwn: true);

    /// <summary>Topics of tenants, each of them another's for some device.</summary>
    internal static ForeignNames Tenants { get; } = MakeTopics("tenants", hasOwn: false);

    /// <summary>The characters that are looked at one by one.</summary>
    internal static string Spelled => Devices.Root + Tenants.Root;

    /// <summary>The first level; empty for client ids.</summary>
    internal string Root { get; }

    /// <summary>The ids that can be part of the first level; for these, and no others, a topic's first level may come from the id.</summary>
    internal IReadOnlyList<string> IdsInRoot { get; }

    /// <summary>What nobody is to reach by an action.</summary>
    internal static ForeignNames[] Of(PolicyAction action)
    {
        return action == PolicyAction.Connect ? [ClientIds] : [Devices, Tenants];
    }

    internal bool Accepts(int state)
    {
        return _accepts.Contains(state);
    }

    internal int Next(int state, char character)
    {
        return _next.TryGetValue((state, character), out int exact) || _next.TryGetValue((state, Kind(character)), out exact) ? exact : Dead;
    }

    internal static bool IsIdCharacter(char character)
    {
        return character is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-';
    }

    // A character stands for its kind where no edge names it: \u0001 for those of ids and '$', \u0002 for all but '/'.
    private static char Kind(char character)
    {
        return IsIdCharacter(character) || character == '$' ? '\u0001' : character == '/' ? '/' : '\u0002';
    }

    private static ForeignNames MakeClientIds()
    {
        ForeignNames names = new("");
        int own = names.Add(accepts: false);
        int other = names.Add(accepts: true);
        names._next[(Start, '$')] = own;
        foreach (int state in new[] { Start, own, other })
        {
            names.ToAll(state, other);
        }

        return names;
    }

    private static ForeignNames MakeTopics(string root, bool hasOwn)
    {
        ForeignNames names = new(root);
        int below = names.Add(accepts: true);
        names.ToAll(below, below);

        // Second level: the own id alone where that is the own, or up to 32 characters of ids, of which '$' is at least one.
        int second = names.Add(accepts: false);
        int own = names.Add(accepts: false);
        int[] other = [.. Enumerable.Range(1, DeviceId.MaximumLength).Select(_ => names.Add(accepts: true))];
        if (hasOwn)
        {
            names._next[(second, '$')] = own;
        }

        names._next[(second, '\u0001')] = other[0];
        names._next[(own, '\u0001')] = other[1];
        for (int i = 0; i < other.Length; i++)
        {
            names._next[(other[i], '/')] = below;
            if (i + 1 < other.Length)
            {
                names._next[(other[i], '\u0001')] = other[i + 1];
            }
        }

        int state = Start;
        foreach (char character in root)
        {
            int next = names.Add(accepts: false);
            names._next[(state, character)] = next;
            state = next;
        }

        names._next[(state, '/')] = second;
        return names;
    }

    private int Add(bool accepts)
    {
        int state = _states++;
        if (accepts)
        {
            _accepts.Add(state);
        }

        return state;
    }

    // An edge that names its character goes before these.
    private void ToAll(int from, int to)
    {
        foreach (char kind in "\u0001\u0002/")
        {
            _next[(from, kind)] = to;
        }
    }
}

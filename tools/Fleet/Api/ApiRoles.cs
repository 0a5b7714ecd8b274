namespace DeviceFirmware.Fleet;

/// <summary>What an API key may be used for; a key can have several.</summary>
[Flags]
public enum ApiRoles
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Runs the fleet: lists devices, moves them between states, reads telemetry.</summary>
    Operator = 1,

    /// <summary>The factory: imports manifests, ships.</summary>
    Factory = 2,

    /// <summary>Publishes images and wants them on devices.</summary>
    Release = 4,

    /// <summary>Reads everything but telemetry, changes nothing.</summary>
    Auditor = 8,

    /// <summary>Every role.</summary>
    Any = Operator | Factory | Release | Auditor,
}

/// <summary>Roles as words: <c>operator,release</c>.</summary>
public static class ApiRoleWords
{
    private static readonly (ApiRoles Role, string Word)[] _words =
    [
        (ApiRoles.Operator, "operator"), (ApiRoles.Factory, "factory"), (ApiRoles.Release, "release"), (ApiRoles.Auditor, "auditor"),
    ];

    /// <summary>The words, with commas.</summary>
    public static string Of(ApiRoles roles)
    {
        return string.Join(',', _words.Where(pair => (roles & pair.Role) != 0).Select(pair => pair.Word));
    }

    /// <summary>The roles of such words; none when one is no role.</summary>
    public static ApiRoles Parse(string words)
    {
        ApiRoles roles = ApiRoles.None;
        foreach (string word in words.Split(','))
        {
            ApiRoles role = _words.FirstOrDefault(pair => pair.Word == word).Role;
            if (role == ApiRoles.None)
            {
                return ApiRoles.None;
            }

            roles |= role;
        }

        return roles;
    }
}

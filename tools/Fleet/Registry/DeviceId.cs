namespace DeviceFirmware.Fleet;

/// <summary>The form of a device id: <c>[a-z0-9-]{1,32}</c>. Nothing in it means anything in a topic, a filter or a pattern.</summary>
public static class DeviceId
{
    /// <summary>Most characters of an id.</summary>
    public const int MaximumLength = 32;

    /// <summary>True when the text is an id.</summary>
    public static bool IsValid(string? text)
    {
        return text is { Length: >= 1 and <= MaximumLength } && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
    }
}

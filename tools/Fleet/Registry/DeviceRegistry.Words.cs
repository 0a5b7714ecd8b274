namespace DeviceFirmware.Fleet;

/// <summary>The words of states, actors and the like, as they stand in logs, in the audit and in the API.</summary>
public sealed partial class DeviceRegistry
{
    /// <summary>The word of a value.</summary>
    public static string Word<T>(T value)
    {
        return value?.ToString()?.ToLowerInvariant() ?? "none";
    }

    /// <summary>The value of a word.</summary>
    public static bool TryWord<T>(string word, out T value)
        where T : struct, Enum
    {
        return Enum.TryParse(word, ignoreCase: true, out value) && Word(value) == word;
    }
}

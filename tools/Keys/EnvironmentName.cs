using DeviceFirmware.Tools;

namespace DeviceFirmware.Keys;

/// <summary>The name of an environment: it stands in every subject, so that certificates of two environments cannot be confused.</summary>
public sealed record EnvironmentName
{
    /// <summary>Longest name, in characters.</summary>
    public const int MaximumLength = 16;

    private EnvironmentName(string value) => Value = value;

    /// <summary>The name, <c>[a-z0-9-]{1,16}</c>.</summary>
    public string Value { get; }

    /// <summary>Parses a name or ends the tool with bad input.</summary>
    public static EnvironmentName Parse(string text)
    {
        bool fits = text.Length is >= 1 and <= MaximumLength && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
        return fits ? new EnvironmentName(text) : throw ToolFailure.BadInput("an environment name is 1 to 16 of a-z, 0-9 and '-'");
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}

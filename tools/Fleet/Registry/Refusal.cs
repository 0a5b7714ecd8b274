namespace DeviceFirmware.Fleet;

/// <summary>What a rule refused: a token for programs, a text for people, and the HTTP status that goes with it.</summary>
public sealed record Refusal(string Token, string Text, int Status = 409)
{
    /// <summary>No such device.</summary>
    public static Refusal UnknownDevice(string id)
    {
        return new Refusal("unknown-device", $"no device '{StrictJson.Shorten(id)}' is registered", 404);
    }
}

/// <summary>A value or the refusal of it.</summary>
public readonly record struct Outcome<T>(T? Value, Refusal? Refusal)
    where T : class
{
    /// <summary>It was done.</summary>
    public static implicit operator Outcome<T>(T value)
    {
        return new Outcome<T>(value, null);
    }

    /// <summary>It was refused.</summary>
    public static implicit operator Outcome<T>(Refusal refusal)
    {
        return new Outcome<T>(null, refusal);
    }
}

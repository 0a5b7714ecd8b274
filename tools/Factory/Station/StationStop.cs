namespace DeviceFirmware.Factory;

/// <summary>Why the station ended before the board was provisioned.</summary>
/// <param name="Token">Stable name of the reason.</param>
/// <param name="Text">The reason in a person's words; the board's own when it was the board that refused.</param>
/// <param name="ByBoard">True when the board refused.</param>
public sealed record StationStop(string Token, string Text, bool ByBoard = false)
{
    /// <summary>The line for the operator.</summary>
    public string Line => $"{(ByBoard ? "refused by the board" : "refused")}: {Token}: {Text}";
}

/// <summary>The answer of a board, or why there is none.</summary>
/// <typeparam name="T">The message.</typeparam>
/// <param name="Message">The answer; null exactly when <paramref name="Stop"/> is not.</param>
/// <param name="Stop">Why there is none.</param>
public readonly record struct Reply<T>(T? Message, StationStop? Stop)
    where T : class;

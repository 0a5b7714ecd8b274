using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary>
/// May this board, as it was found, leave for this environment? Under <c>production</c> a board needs what <see cref="BoardPosture.BelowProduction"/>
/// asks for; one below it is admitted only with a reason, which stays in its record. The environments <c>prod</c> and <c>prod-…</c> know no other profile. What was
/// found is the word of the computer that looked: this stops a slip on the line, not a station that lies.
/// </summary>
/// <param name="profile">The profile.</param>
/// <param name="posture">The posture as found; null when nobody looked.</param>
/// <param name="exception">Why a board below the profile may leave; null for no exception.</param>
public sealed class AdmissionRule(string profile, BoardPosture? posture, string? exception)
{
    /// <summary>Nothing is asked of the board.</summary>
    public const string Dev = "dev";

    /// <summary>Secure boot v2, flash encryption in release mode, no JTAG, no debugger.</summary>
    public const string Production = "production";

    /// <summary>The environment, by itself or before a dash, whose boards are made under <see cref="Production"/> only.</summary>
    public const string ProductionEnvironment = "prod";

    /// <summary>The profile of an environment where none is asked for.</summary>
    public static string ProfileOf(string environment) => IsProduction(environment) ? Production : Dev;

    /// <summary>The same rule for a board that was found in that posture.</summary>
    public AdmissionRule With(BoardPosture? found) => new(profile, found, exception);

    /// <summary>The admission for the record, or why there is none.</summary>
    public (Admission? Admission, StationStop? Stop) Admit(string environment, string hardwareId)
    {
        if (IsProduction(environment) && profile != Production)
        {
            return Refused("profile-too-low", $"boards of '{environment}' are made under the profile {Production}, not {profile}");
        }

        if (posture is not null && posture.HardwareId != hardwareId)
        {
            return Refused("posture-of-other-board", $"the posture is of hardware {posture.HardwareId}, this board is {hardwareId}");
        }

        IReadOnlyList<string> below = profile == Production ? (posture ?? BoardPosture.Nothing).BelowProduction() : [];
        return below.Count > 0 && exception is null
            ? Refused("below-profile", $"{string.Join("; ", below)}{(posture is null ? " (no --posture was given)" : "")}. An exception needs a reason and stays in the record")
            : (new Admission(profile, posture?.Encode(), below.Count > 0 ? exception : null), null);
    }

    private static bool IsProduction(string environment) =>
        environment == ProductionEnvironment || environment.StartsWith(ProductionEnvironment + "-", StringComparison.Ordinal);

    private static (Admission? Admission, StationStop? Stop) Refused(string token, string text) => (null, new StationStop(token, text));
}

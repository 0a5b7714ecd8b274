using System.Text.Json.Nodes;

namespace DeviceFirmware.Board;

/// <summary>How a finding weighs.</summary>
public enum Weight
{
    /// <summary>In the way: what comes next will fail.</summary>
    Problem = 0,

    /// <summary>Worth knowing.</summary>
    Note,

    /// <summary>As it should be.</summary>
    Good,
}

/// <summary>One thing that was looked at.</summary>
/// <param name="Token">Stable name.</param>
/// <param name="Weight">How it weighs.</param>
/// <param name="What">What was found.</param>
/// <param name="Why">Why it matters; empty when it is good.</param>
/// <param name="ToDo">What to do; empty when it is good.</param>
public sealed record Finding(string Token, Weight Weight, string What, string Why = "", string ToDo = "")
{
    /// <summary>In the way.</summary>
    public static Finding Problem(string token, string what, string why, string toDo) => new(token, Weight.Problem, what, why, toDo);

    /// <summary>Worth knowing.</summary>
    public static Finding Note(string token, string what, string why, string toDo) => new(token, Weight.Note, what, why, toDo);

    /// <summary>As it should be.</summary>
    public static Finding Good(string token, string what) => new(token, Weight.Good, what);

    /// <summary>For people.</summary>
    public IEnumerable<string> Lines()
    {
        string mark = Weight switch { Weight.Good => "ok     ", Weight.Note => "note   ", _ => "PROBLEM" };
        yield return $"{mark}  {What}  [{Token}]";
        if (Why.Length > 0)
        {
            yield return $"         why:  {Why}";
            yield return $"         do:   {ToDo}";
        }
    }

    /// <summary>For programs.</summary>
    public JsonObject Json() => new()
    {
        ["token"] = Token,
        ["weight"] = Weight.ToString().ToLowerInvariant(),
        ["what"] = What,
        ["why"] = Why,
        ["do"] = ToDo,
    };
}

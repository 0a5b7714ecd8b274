namespace Planted.Verdicts;

internal enum GoodVerdict
{
    NotEvaluated = 0,
    Accepted,
}

internal enum YesVerdict
{
    Accepted,
    NotEvaluated,
}

internal enum ShiftedResult
{
    NotEvaluated = 1,
    Accepted,
}

internal enum TwinVerdict
{
    NotEvaluated = 0,
    Accepted = 0,
}

internal static class Holder
{
    internal enum InnerVerdict
    {
        Refused,
        Accepted,
    }
}

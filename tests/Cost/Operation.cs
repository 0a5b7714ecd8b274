namespace DeviceFirmware.Tests.Cost;

/// <summary>Something a board does.</summary>
/// <param name="Name">What it is called in the table and in the budgets.</param>
/// <param name="Goal">Instructions it shall take at most one day; 0: none was set.</param>
/// <param name="Prepare">Makes what it needs, uncounted, and gives the operation itself.</param>
/// <param name="PrepareLess">Another operation to subtract, for the cost of one part more; null: none.</param>
internal sealed record Operation(string Name, long Goal, Func<Action> Prepare, Func<Action>? PrepareLess = null)
{
    /// <summary>Measures the second run: the first may fill caches of the compiler's making.</summary>
    internal Measurement Measure()
    {
        Measurement measurement = MeasureSecond(Prepare);
        return PrepareLess is null ? measurement : measurement.Minus(MeasureSecond(PrepareLess));
    }

    private static Measurement MeasureSecond(Func<Action> prepare)
    {
        prepare()();
        return Measurement.Of(prepare());
    }
}

using System.Globalization;

namespace DeviceFirmware.Bench;

/// <summary>Times, and where most of them lie.</summary>
public sealed class Percentiles
{
    private readonly Lock _gate = new();
    private readonly List<double> _milliseconds = [];

    /// <summary>Adds one.</summary>
    public void Add(TimeSpan time)
    {
        lock (_gate)
        {
            _milliseconds.Add(time.TotalMilliseconds);
        }
    }

    /// <summary>The time that this part of them did not exceed, milliseconds.</summary>
    public double At(double part)
    {
        double[] sorted = [.. _milliseconds.Order()];
        return sorted.Length == 0 ? 0 : sorted[(int)Math.Clamp(Math.Ceiling(part * sorted.Length) - 1, 0, sorted.Length - 1)];
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"p50 {At(0.5):0.0} ms, p99 {At(0.99):0.0} ms");
}

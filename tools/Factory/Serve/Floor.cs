namespace DeviceFirmware.Factory;

/// <summary>How it stands with the board on a port.</summary>
public enum PortState
{
    /// <summary>Nothing answers.</summary>
    Waiting,

    /// <summary>A board is being provisioned.</summary>
    Working,

    /// <summary>The board is provisioned: take it off.</summary>
    Pass,

    /// <summary>It is not: put it aside.</summary>
    Fail,
}

/// <summary>One port, at one moment.</summary>
/// <param name="Port">Its name.</param>
/// <param name="State">How it stands.</param>
/// <param name="Device">The board's id; empty before it has one.</param>
/// <param name="Text">The last step, or the reason.</param>
/// <param name="Seconds">How long the board has been, or was, worked on.</param>
public sealed record PortRow(string Port, PortState State, string Device, string Text, double Seconds);

/// <summary>The numbers of this shift.</summary>
/// <param name="Passed">Boards that were completed here, each once.</param>
/// <param name="Failed">Attempts that failed.</param>
/// <param name="BoardsAnHour">Passed, in the time since the first board appeared; 0 before the second.</param>
public sealed record Totals(int Passed, int Failed, double BoardsAnHour);

/// <summary>What every port of the station shows, kept by its workers and read by whoever draws it.</summary>
public sealed class Floor(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, PortRow> _rows = new(StringComparer.Ordinal);
    private readonly HashSet<string> _passed = new(StringComparer.Ordinal);
    private int _failed;
    private long? _first;
    private long _last;

    /// <summary>Raised with each change of a row, in the worker's thread.</summary>
    public event Action<PortRow>? Changed;

    /// <summary>The rows, by port.</summary>
    public IReadOnlyList<PortRow> Rows()
    {
        lock (_gate)
        {
            return [.. _rows.Values];
        }
    }

    /// <summary>The numbers.</summary>
    public Totals Totals()
    {
        lock (_gate)
        {
            double hours = _first is null ? 0 : time.GetElapsedTime(_first.Value, _last).TotalHours;
            return new Totals(_passed.Count, _failed, _passed.Count > 1 && hours > 0 ? _passed.Count / hours : 0);
        }
    }

    /// <summary>Puts a port's row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="isNew">False for a board that was completed before and only came by again.</param>
    public void Put(PortRow row, bool isNew = true)
    {
        lock (_gate)
        {
            if (_rows.TryGetValue(row.Port, out PortRow? before) && before == row)
            {
                return;
            }

            _rows[row.Port] = row;
            _first = row.State == PortState.Working ? _first ?? time.GetTimestamp() : _first;
            _last = row.State is PortState.Pass or PortState.Fail ? time.GetTimestamp() : _last;
            _failed += row.State == PortState.Fail ? 1 : 0;
            if (row.State == PortState.Pass && isNew)
            {
                _passed.Add(row.Device);
            }
        }

        Changed?.Invoke(row);
    }

    /// <summary>The port is not there any more.</summary>
    public void Remove(string port)
    {
        lock (_gate)
        {
            _rows.Remove(port);
        }
    }
}

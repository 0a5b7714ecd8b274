namespace DeviceFirmware.Fleet;

/// <summary>The connections of clients that have shown a certificate: how many are open, of all and of each subject.</summary>
internal sealed class OpenConnections(int maximum, int maximumOfOne)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _of = new(StringComparer.Ordinal);
    private int _count;

    /// <summary>One more of this subject; a refusal when there are enough. Null: <see cref="Leave"/> follows.</summary>
    public Refusal? Enter(string subject)
    {
        lock (_lock)
        {
            int own = _of.GetValueOrDefault(subject);
            if (own >= maximumOfOne)
            {
                return new Refusal("too-many-connections", $"{maximumOfOne} connections of one certificate's subject are served at once");
            }

            if (_count >= maximum)
            {
                return new Refusal("too-many-connections", $"{maximum} connections are served at once");
            }

            _of[subject] = own + 1;
            _count++;
            return null;
        }
    }

    /// <summary>One less.</summary>
    public void Leave(string subject)
    {
        lock (_lock)
        {
            _count--;
            if (--_of[subject] == 0)
            {
                _of.Remove(subject);
            }
        }
    }
}

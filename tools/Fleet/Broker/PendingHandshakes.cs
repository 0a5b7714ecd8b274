namespace DeviceFirmware.Fleet;

/// <summary>
/// The connections whose TLS handshake has not ended: whoever they are, they have proved nothing yet and cost memory. At most so many; one more
/// puts out the oldest of the address that has the most, so that whoever opens connections and says nothing drives out their own.
/// </summary>
internal sealed class PendingHandshakes(int maximum)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LinkedList<Place>> _of = new(StringComparer.Ordinal);
    private int _count;
    private long _number;

    /// <summary>A place for one more, until it is disposed.</summary>
    public Place Enter(string address)
    {
        Place place;
        Place? crowded = null;
        lock (_lock)
        {
            place = new Place(this, address, ++_number);
            if (!_of.TryGetValue(address, out LinkedList<Place>? places))
            {
                _of[address] = places = new LinkedList<Place>();
            }

            places.AddLast(place);
            if (++_count > maximum)
            {
                crowded = _of.Values.MaxBy(of => (of.Count, -of.First!.Value.Number))!.First!.Value;
                Remove(crowded);
            }
        }

        crowded?.PutOut();
        return place;
    }

    // Once for each place: by who leaves, or by who puts it out.
    private void Remove(Place place)
    {
        if (_of.TryGetValue(place.Address, out LinkedList<Place>? places) && places.Remove(place))
        {
            _count--;
            if (places.Count == 0)
            {
                _of.Remove(place.Address);
            }
        }
    }

    /// <summary>One of them.</summary>
    internal sealed class Place(PendingHandshakes all, string address, long number) : IDisposable
    {
        private readonly CancellationTokenSource _out = new();

        /// <summary>From where.</summary>
        public string Address => address;

        /// <summary>Rising with each.</summary>
        public long Number => number;

        /// <summary>Cancelled when it has to make room.</summary>
        public CancellationToken Crowded => _out.Token;

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (all._lock)
            {
                all.Remove(this);
            }

            _out.Dispose();
        }

        internal void PutOut()
        {
            try
            {
                _out.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It has left by itself.
            }
        }
    }
}

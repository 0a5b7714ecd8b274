namespace DeviceFirmware.App
{
    /// <summary>The mean of the last few values.</summary>
    internal sealed class RunningMean
    {
        private readonly int[] _values;
        private int _next;
        private int _sum;

        internal RunningMean(int length)
        {
            _values = new int[length];
        }

        /// <summary>How many values are in the mean.</summary>
        internal int Count { get; private set; }

        /// <summary>The mean, rounded down; 0 before the first value.</summary>
        internal int Value
        {
            get
            {
                int count = Count;
                return count <= 0 ? 0 : _sum / count;
            }
        }

        internal void Add(int value)
        {
            if (Count == _values.Length)
            {
                _sum -= _values[_next];
            }
            else
            {
                Count++;
            }

            _values[_next] = value;
            _sum += value;
            _next = _next + 1 == _values.Length ? 0 : _next + 1;
        }
    }
}

namespace DeviceFirmware.Trust
{
    /// <summary>
    /// Which goes next: what is in use, or what may replace it. A board on trial goes from one to the other, so it is not stranded while either
    /// works, and the first thing after a power-on that follows a try is what is in use: a try that hung the board is not the first thing again.
    /// </summary>
    internal sealed class Trial
    {
        /// <summary>Tries that are counted; more are made and not stored.</summary>
        internal const int Patience = 8;

        private bool _oldIsNext;

        internal Trial(int tries)
        {
            Tries = tries;
            _oldIsNext = tries > 0;
        }

        /// <summary>Tries so far, at most <see cref="Patience"/>.</summary>
        internal int Tries { get; private set; }

        /// <summary>True while what may replace the old is tried.</summary>
        internal bool IsTrying { get; private set; }

        /// <summary>Chooses. True when a try begins that has to be stored before it is made.</summary>
        internal bool Begin()
        {
            IsTrying = !_oldIsNext;
            _oldIsNext = IsTrying;
            if (!IsTrying || Tries == Patience)
            {
                return false;
            }

            Tries++;
            return true;
        }

        /// <summary>True when the old works and the tries are used up.</summary>
        internal bool MayBeGivenUp => !IsTrying && Tries == Patience;
    }
}

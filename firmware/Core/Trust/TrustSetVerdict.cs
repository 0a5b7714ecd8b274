namespace DeviceFirmware.Trust
{
    /// <summary>What became of a trust set that a command brought.</summary>
    public enum TrustSetVerdict
    {
        /// <summary>Nothing was decided: refuses.</summary>
        NotEvaluated = 0,

        /// <summary>It is staged and will be tried.</summary>
        Staged,

        /// <summary>It is the set in use already.</summary>
        InForce,

        /// <summary>Not a trust set.</summary>
        Malformed,

        /// <summary>The root is no CA certificate of the project's kind, signed by itself, that allows a CA below it.</summary>
        WrongRoot,

        /// <summary>There is an operational CA, and it is not one under the root: path length 0, signed by it.</summary>
        WrongOperationalCa,

        /// <summary>The time key is no point of P-256.</summary>
        WrongTimeKey,

        /// <summary>Its sequence number is not above that of the set in use.</summary>
        NotNewer,

        /// <summary>A certificate in it ends in the year 9999, which stands for never: the time would have no bound.</summary>
        NeverEnds,

        /// <summary>A certificate in it has ended, or has not begun.</summary>
        OutOfDate,
    }
}

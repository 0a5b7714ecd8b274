namespace DeviceFirmware.Ledger
{
    /// <summary>What a chain is worth, so far.</summary>
    public enum ChainVerdict
    {
        /// <summary>Nothing was decided: refuses.</summary>
        NotEvaluated = 0,

        /// <summary>Every entry follows the one before it, and every head that was to be met was met.</summary>
        Accepted,

        /// <summary>An entry is not one.</summary>
        Malformed,

        /// <summary>An entry's number is not the next one: something is missing, repeated or out of order.</summary>
        Gap,

        /// <summary>An entry does not follow the one before it: something was changed or put in.</summary>
        Broken,

        /// <summary>A head is of another chain.</summary>
        OtherChain,

        /// <summary>At a head's number the chain says something else: it was rewritten after that head was handed over.</summary>
        Fork,

        /// <summary>A head lies behind the chain's end: entries are missing there.</summary>
        Behind,

        /// <summary>A head lies before the place where reading began, so nothing can be said of it.</summary>
        BeforeStart,
    }
}

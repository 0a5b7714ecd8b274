namespace DeviceFirmware.Crypto
{
    /// <summary>Whether samples of a noise source may become a seed.</summary>
    public enum EntropyVerdict
    {
        /// <summary>Nothing was tested.</summary>
        NotEvaluated = 0,

        /// <summary>Both health tests passed.</summary>
        Accepted,

        /// <summary>Fewer samples than the start-up test takes.</summary>
        TooFewSamples,

        /// <summary>The repetition count test failed (SP 800-90B §4.4.1): the source is stuck, or was for a while.</summary>
        Repeats,

        /// <summary>The adaptive proportion test failed (SP 800-90B §4.4.2): the source favours a value.</summary>
        Favours,
    }
}

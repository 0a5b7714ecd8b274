namespace DeviceFirmware.Trust
{
    /// <summary>Why a signed time is believed, or why not; in the order of the checks.</summary>
    public enum TimeVerdict
    {
        /// <summary>Nothing was decided: refuses.</summary>
        NotEvaluated = 0,

        /// <summary>It is that late.</summary>
        Accepted,

        /// <summary>The trust set in use has no time key.</summary>
        NoKey,

        /// <summary>Nobody asked, or the answer does not carry the nonce of the question.</summary>
        NotAsked,

        /// <summary>Not a signed time.</summary>
        Malformed,

        /// <summary>Not signed by the time key.</summary>
        WrongSignature,

        /// <summary>Earlier than the floor, which is known to be past.</summary>
        BeforeFloor,

        /// <summary>Later than the end of the trust set: nothing would be believed any more.</summary>
        AfterTrust,
    }
}

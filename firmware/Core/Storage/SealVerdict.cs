namespace DeviceFirmware.Storage
{
    /// <summary>What came of opening a sealed record.</summary>
    public enum SealVerdict
    {
        /// <summary>Nothing was decided.</summary>
        NotEvaluated = 0,

        /// <summary>It is what this board sealed under this name.</summary>
        Opened,

        /// <summary>There is no such record.</summary>
        Absent,

        /// <summary>There is one, but the board has no seal key: it was lost, or never made.</summary>
        NoSealKey,

        /// <summary>The record is not of the form of a sealed one.</summary>
        Malformed,

        /// <summary>Another seal key, another name, or bytes that were changed.</summary>
        WrongTag,
    }
}

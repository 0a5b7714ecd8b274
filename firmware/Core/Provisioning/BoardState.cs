namespace DeviceFirmware.Provisioning
{
    /// <summary>What a board waits for on the serial line.</summary>
    public enum BoardState
    {
        /// <summary>It has no identity and takes one.</summary>
        Unprovisioned = 0,

        /// <summary>It has an identity; the line answers who it is, no more.</summary>
        Provisioned = 1,

        /// <summary>It has an identity but no image that may run; it takes one.</summary>
        Recovery = 2,
    }
}

namespace DeviceFirmware.Slots
{
    /// <summary>What a slot holds.</summary>
    public enum SlotState
    {
        /// <summary>Nothing.</summary>
        Empty = 0,

        /// <summary>An image that is still arriving. Worth nothing after a restart.</summary>
        Receiving = 1,

        /// <summary>A verified image that was not started yet.</summary>
        Staged = 2,

        /// <summary>An image that was started and has not proved healthy yet.</summary>
        Trial = 3,

        /// <summary>An image that proved healthy once, or came over the factory line.</summary>
        Confirmed = 4,

        /// <summary>An image that failed its trial; not taken again.</summary>
        Rejected = 5,
    }
}

namespace DeviceFirmware.Slots
{
    /// <summary>What a slot holds.</summary>
    public enum SlotState
    {
        /// <summary>Nothing.</summary>
        Empty = 0,

        /// <summary>An image that is still arriving. Nothing of it is believed; its download goes on after a restart.</summary>
        Receiving = 1,

        /// <summary>A verified image that was not started yet.</summary>
        Staged = 2,

        /// <summary>An image that was started and has not proved healthy yet.</summary>
        Trial = 3,

        /// <summary>An image that proved healthy once, or came over the factory line.</summary>
        Confirmed = 4,

        /// <summary>An image that came back from its trial, with the reason. <see cref="SlotTable.IsRefused"/> says whether it may be tried again.</summary>
        Rejected = 5,
    }
}

namespace DeviceFirmware.Commands
{
    /// <summary>Why an update is taken up, or why not; in the order of the checks.</summary>
    public enum UpdateVerdict
    {
        /// <summary>Nothing was decided: refuses.</summary>
        NotEvaluated = 0,

        /// <summary>The image is to be fetched.</summary>
        Accepted,

        /// <summary>No verified command to update.</summary>
        NoOrder,

        /// <summary>An image is on trial; one at a time.</summary>
        TrialRunning,

        /// <summary>The image is already in use.</summary>
        AlreadyRunning,

        /// <summary>For another board type.</summary>
        OtherBoardType,

        /// <summary>Larger than the slot.</summary>
        TooLarge,

        /// <summary>The image is not newer than the one in use.</summary>
        NotNewer,

        /// <summary>This very image failed its trial here.</summary>
        RejectedBefore,
    }
}

namespace DeviceFirmware.Update
{
    /// <summary>Why an offer is taken up, or why not.</summary>
    public enum OfferVerdict
    {
        /// <summary>Nothing was decided.</summary>
        NotEvaluated = 0,

        /// <summary>The image is worth fetching.</summary>
        Accepted,

        /// <summary>Not an offer.</summary>
        Malformed,

        /// <summary>The image is already in use.</summary>
        AlreadyRunning,

        /// <summary>The image is not newer than the one in use.</summary>
        NotNewer,

        /// <summary>For another board type.</summary>
        OtherBoardType,

        /// <summary>Larger than the slot.</summary>
        TooLarge,

        /// <summary>This very image failed its trial here.</summary>
        RejectedBefore,

        /// <summary>An image is on trial; one at a time.</summary>
        TrialRunning,
    }
}

namespace DeviceFirmware.Commands
{
    /// <summary>What an order can ask for, by its word on the wire.</summary>
    public static class OrderVerb
    {
        /// <summary>Fetch that image, try it, use it. Arguments: a <see cref="Update.WantedImage"/>.</summary>
        public const string Update = "update";

        /// <summary>Stop the application and everything that is not needed to be released again. Arguments: {1: reason}.</summary>
        public const string Quarantine = "quarantine";

        /// <summary>End the quarantine. To one board only. No arguments.</summary>
        public const string Release = "release";

        /// <summary>Forget everything that makes this board itself. To one board only. Arguments: {1: reason}.</summary>
        public const string Wipe = "wipe";

        /// <summary>Restart. No arguments.</summary>
        public const string Restart = "restart";

        /// <summary>Ask for a new operational certificate. No arguments.</summary>
        public const string Renew = "renew";

        /// <summary>Say how it is. No arguments.</summary>
        public const string Report = "report";

        /// <summary>Let a debugger in for that long. To one board only. Arguments: {1: seconds, 1 to 86400}.</summary>
        public const string Debug = "debug";

        /// <summary>Obey the other command key no more. To one board only. Arguments: {1: key hash}.</summary>
        public const string RetireKey = "retire-key";

        /// <summary>Believe that about the fleet, once it was reached under it. To one board only. Arguments: a <see cref="DeviceFirmware.Trust.TrustSet"/>.</summary>
        public const string Trust = "trust";

        /// <summary>Most characters of a reason.</summary>
        public const int MaximumReason = 64;

        /// <summary>True for the words above.</summary>
        public static bool IsKnown(string verb)
        {
            return verb == Update || verb == Restart || verb == Renew || verb == Report || verb == Quarantine || IsForOneBoard(verb);
        }

        /// <summary>True for what never goes by group: what takes something away for good, and what trust depends on.</summary>
        public static bool IsForOneBoard(string verb)
        {
            return verb == Wipe || verb == Release || verb == Debug || verb == RetireKey || verb == Trust;
        }

        /// <summary>True for what is stored in a write of its own, after the order's number, and does no harm done twice.</summary>
        public static bool HasDeed(string verb)
        {
            return verb == Quarantine || verb == Release || verb == Wipe || verb == Trust;
        }

        /// <summary>True for what is worth nothing without an end: an order of these must have one.</summary>
        public static bool NeedsEnd(string verb)
        {
            return verb == Update || verb == Debug || verb == Trust;
        }
    }
}

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// Every record and file that this firmware stores, and what a wipe does to it: the one list. A record that is missing here is found by a
    /// test that reads the sources.
    /// </summary>
    public static class StoredRecords
    {
        /// <summary>
        /// Records that a wipe removes, in its order: first what opens the key and the passwords, then the key itself, so that from the first step
        /// on nothing that is left is this board.
        /// </summary>
        public static string[] Wiped()
        {
            return new string[]
            {
                "seal", "identity-key", "key", "identity", "operational", "trust", "setup", "claim", "network", "settings",
                "slots", "ledger", "quarantine", "boots",
            };
        }

        /// <summary>Files that a wipe removes.</summary>
        public static string[] WipedFiles()
        {
            return new string[] { "slot-a.img", "slot-b.img" };
        }

        /// <summary>
        /// Records that a wipe keeps. They name nobody: <c>counter</c>, or images known to be bad could be put on the board again; <c>orders</c>, or a
        /// retired command key would be obeyed again, and an order to a group twice; <c>time</c>, which only rises.
        /// </summary>
        public static string[] Kept()
        {
            return new string[] { "counter", "orders", "time" };
        }
    }
}

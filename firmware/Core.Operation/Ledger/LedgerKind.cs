namespace DeviceFirmware.Ledger
{
    /// <summary>What a board's ledger tells, by its word on flash and on the wire. What word, number and hash of an entry mean goes with it.</summary>
    public static class LedgerKind
    {
        /// <summary>The chain begins with a new identity: firmware version, number of the start, SHA-256 of the certificate.</summary>
        public const string Provisioned = "provisioned";

        /// <summary>The board started: reason of the reset, number of the start, digest of the image that runs.</summary>
        public const string Boot = "boot";

        /// <summary>Brokers were refused, or have refused: last token, how often since the last such entry, no hash.</summary>
        public const string ConnectRefused = "connect-refused";

        /// <summary>An order is obeyed: verb, sequence, SHA-256 of the signed order.</summary>
        public const string Order = "order";

        /// <summary>Orders were refused: last token, how often since the last such entry, no hash.</summary>
        public const string OrderRefused = "order-refused";

        /// <summary>An update came further: what became of it, security counter of the image or 0, SHA-256 of its file.</summary>
        public const string Update = "update";

        /// <summary>An application that was not on trial ended: crashed or hung, 1, digest of the image.</summary>
        public const string Application = "application";

        /// <summary>Downloads did not verify: last token, how often since the last such entry, no hash.</summary>
        public const string UpdateRefused = "update-refused";

        /// <summary>Quarantine began: why, 1 by order and 0 by the board itself, SHA-256 of the order.</summary>
        public const string Quarantine = "quarantine";

        /// <summary>Quarantine ended by order: empty, 1, SHA-256 of the order.</summary>
        public const string Release = "release";

        /// <summary>The wipe is about to begin; the last entry of a chain: why, 1, SHA-256 of the order.</summary>
        public const string Wipe = "wipe";

        /// <summary>A trust set came further: <c>staged</c>, <c>confirmed</c>, <c>given-up</c> or why it was refused, its number, SHA-256 of the set.</summary>
        public const string Trust = "trust";

        /// <summary>More happened than could be written: kind of the last event that is missing here, how many are, no hash.</summary>
        public const string Lost = "lost";

        /// <summary>The board let go of its oldest entries, for room: empty, number of the last that went, no hash.</summary>
        public const string Dropped = "dropped";
    }
}

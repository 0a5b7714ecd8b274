namespace DeviceFirmware.Commands
{
    /// <summary>The outcome of the door of commands.</summary>
    public sealed class CommandCheck
    {
        internal CommandCheck(CommandVerdict verdict, VerifiedCommand command, Order order)
        {
            Verdict = verdict;
            Command = command;
            Order = order;
        }

        /// <summary>The verdict.</summary>
        public CommandVerdict Verdict { get; }

        /// <summary>The command; null unless the verdict is <see cref="CommandVerdict.Accepted"/>.</summary>
        public VerifiedCommand Command { get; }

        /// <summary>What a command key has signed, obeyed or not; null when none has.</summary>
        public Order Order { get; }

        /// <summary>The verdict's token on the wire.</summary>
        public string Token
        {
            get
            {
                switch (Verdict)
                {
                    case CommandVerdict.Accepted: return "accepted";
                    case CommandVerdict.NoKeys: return "no-keys";
                    case CommandVerdict.Malformed: return "malformed";
                    case CommandVerdict.UnknownKey: return "unknown-key";
                    case CommandVerdict.RetiredKey: return "retired-key";
                    case CommandVerdict.WrongSignature: return "wrong-signature";
                    case CommandVerdict.OtherTarget: return "other-target";
                    case CommandVerdict.Replayed: return "replayed";
                    case CommandVerdict.NoTime: return "no-time";
                    case CommandVerdict.NotYet: return "not-yet";
                    case CommandVerdict.Expired: return "expired";
                    case CommandVerdict.UnknownVerb: return "unknown-verb";
                    case CommandVerdict.MalformedArguments: return "malformed-arguments";
                    case CommandVerdict.NotByGroup: return "not-by-group";
                    case CommandVerdict.NoEnd: return "no-end";
                    default: return "not-evaluated";
                }
            }
        }

        /// <summary>The reason in a person's words.</summary>
        public string Reason
        {
            get
            {
                switch (Verdict)
                {
                    case CommandVerdict.Accepted: return "accepted";
                    case CommandVerdict.NoKeys: return "this firmware was built without command keys and obeys nobody";
                    case CommandVerdict.Malformed: return "not a signed order";
                    case CommandVerdict.UnknownKey: return "signed by none of the embedded command keys";
                    case CommandVerdict.RetiredKey: return "signed by a command key that was retired on this board";
                    case CommandVerdict.WrongSignature: return "the signature does not verify";
                    case CommandVerdict.OtherTarget: return "for another identity key or another group than this board's";
                    case CommandVerdict.Replayed: return "its number is not above the last one obeyed of that key";
                    case CommandVerdict.NoTime: return "it has a window, and the fleet has not signed the time for this board yet";
                    case CommandVerdict.NotYet: return "its window has not begun";
                    case CommandVerdict.Expired: return "its window is over";
                    case CommandVerdict.UnknownVerb: return "this firmware does not know the verb";
                    case CommandVerdict.MalformedArguments: return "the arguments are not those of the verb";
                    case CommandVerdict.NotByGroup: return "this goes to one board by its key, never to a group";
                    case CommandVerdict.NoEnd: return "orders to groups, updates, debugging and trust must have an end";
                    default: return "nothing was decided";
                }
            }
        }
    }
}

namespace DeviceFirmware.Commands
{
    /// <summary>The outcome of the door of updates.</summary>
    public sealed class UpdateCheck
    {
        internal UpdateCheck(UpdateVerdict verdict, string detail, UpdateOrder order)
        {
            Verdict = verdict;
            Reason = detail is null ? Text(verdict) : Text(verdict) + ": " + detail;
            Order = order;
        }

        /// <summary>The verdict.</summary>
        public UpdateVerdict Verdict { get; }

        /// <summary>The order; null unless the verdict is <see cref="UpdateVerdict.Accepted"/>.</summary>
        public UpdateOrder Order { get; }

        /// <summary>The reason in a person's words.</summary>
        public string Reason { get; }

        /// <summary>The verdict's token on the wire.</summary>
        public string Token
        {
            get
            {
                switch (Verdict)
                {
                    case UpdateVerdict.Accepted: return "accepted";
                    case UpdateVerdict.NoOrder: return "no-order";
                    case UpdateVerdict.TrialRunning: return "trial-running";
                    case UpdateVerdict.AlreadyRunning: return "already-running";
                    case UpdateVerdict.OtherBoardType: return "other-board-type";
                    case UpdateVerdict.TooLarge: return "too-large";
                    case UpdateVerdict.NotNewer: return "not-newer";
                    case UpdateVerdict.RejectedBefore: return "rejected-before";
                    default: return "not-evaluated";
                }
            }
        }

        private static string Text(UpdateVerdict verdict)
        {
            switch (verdict)
            {
                case UpdateVerdict.Accepted: return "accepted";
                case UpdateVerdict.NoOrder: return "nobody who may has ordered an update";
                case UpdateVerdict.TrialRunning: return "an image is on trial";
                case UpdateVerdict.AlreadyRunning: return "this image is in use";
                case UpdateVerdict.OtherBoardType: return "for another board type";
                case UpdateVerdict.TooLarge: return "larger than the slot";
                case UpdateVerdict.NotNewer: return "not newer than the image in use";
                case UpdateVerdict.RejectedBefore: return "this image failed its trial on this board";
                default: return "nothing was decided";
            }
        }
    }
}

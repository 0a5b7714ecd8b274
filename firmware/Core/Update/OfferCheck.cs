using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Image;
using DeviceFirmware.Slots;

namespace DeviceFirmware.Update
{
    /// <summary>
    /// Decides whether an offer is worth a download. It protects the flash and the radio, not the board: what was fetched goes through the
    /// image door. (Later an update order, signed by a command key, will be asked for here.)
    /// </summary>
    public sealed class OfferCheck
    {
        private OfferCheck(OfferVerdict verdict, string detail)
        {
            Verdict = verdict;
            Reason = detail is null ? Text(verdict) : Text(verdict) + ": " + detail;
        }

        /// <summary>The verdict.</summary>
        public OfferVerdict Verdict { get; }

        /// <summary>The reason in a person's words.</summary>
        public string Reason { get; }

        /// <summary>The verdict's token on the wire.</summary>
        public string Token
        {
            get
            {
                switch (Verdict)
                {
                    case OfferVerdict.Accepted: return "accepted";
                    case OfferVerdict.Malformed: return "malformed";
                    case OfferVerdict.AlreadyRunning: return "already-running";
                    case OfferVerdict.NotNewer: return "not-newer";
                    case OfferVerdict.OtherBoardType: return "other-board-type";
                    case OfferVerdict.TooLarge: return "too-large";
                    case OfferVerdict.RejectedBefore: return "rejected-before";
                    case OfferVerdict.TrialRunning: return "trial-running";
                    default: return "not-evaluated";
                }
            }
        }

        /// <summary>Decides. <paramref name="isTrial"/> is true while the running image has to prove itself.</summary>
        public static OfferCheck Decide(UpdateOffer offer, SlotTable table, ImageRules rules, bool isTrial)
        {
            if (table is null || rules is null)
            {
                throw new ArgumentNullException(nameof(table));
            }

            if (offer is null)
            {
                return new OfferCheck(OfferVerdict.Malformed, null);
            }

            if (isTrial)
            {
                return new OfferCheck(OfferVerdict.TrialRunning, null);
            }

            Slot active = table.Active == SlotTable.None ? null : table[table.Active];
            if (!(active is null) && ByteArray.AreEqual(active.FileHash, offer.FileHash))
            {
                return new OfferCheck(OfferVerdict.AlreadyRunning, null);
            }

            if (offer.BoardType != rules.BoardType)
            {
                return new OfferCheck(OfferVerdict.OtherBoardType, null);
            }

            if (offer.Length > rules.MaximumSize)
            {
                return new OfferCheck(OfferVerdict.TooLarge, null);
            }

            if (!(active is null) && offer.Version.CompareTo(active.Version) <= 0)
            {
                return new OfferCheck(OfferVerdict.NotNewer, offer.Version.ToString() + ", running is " + active.Version.ToString());
            }

            // Saves a download. The same image in another file is refused by the image door.
            Slot idle = table[table.Idle];
            if (idle.State == SlotState.Rejected && table.IsRefused(idle.Digest) && ByteArray.AreEqual(idle.FileHash, offer.FileHash))
            {
                return new OfferCheck(OfferVerdict.RejectedBefore, idle.RejectReason);
            }

            return new OfferCheck(OfferVerdict.Accepted, null);
        }

        private static string Text(OfferVerdict verdict)
        {
            switch (verdict)
            {
                case OfferVerdict.Accepted: return "accepted";
                case OfferVerdict.Malformed: return "not an offer";
                case OfferVerdict.AlreadyRunning: return "this image is in use";
                case OfferVerdict.NotNewer: return "not newer than the image in use";
                case OfferVerdict.OtherBoardType: return "for another board type";
                case OfferVerdict.TooLarge: return "larger than the slot";
                case OfferVerdict.RejectedBefore: return "this image failed its trial on this board";
                case OfferVerdict.TrialRunning: return "an image is on trial";
                default: return "nothing was decided";
            }
        }
    }
}

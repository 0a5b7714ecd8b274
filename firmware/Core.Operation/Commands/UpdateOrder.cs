using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Image;
using DeviceFirmware.Slots;
using DeviceFirmware.Update;

namespace DeviceFirmware.Commands
{
    /// <summary>
    /// The door of the question "may this offer be taken?", and the only maker of its value: a verified command to update, with an image that
    /// is for this board type, fits, is newer than the one in use, and did not fail here before. What is fetched then goes through the image
    /// door; without an order nothing is fetched at all.
    /// </summary>
    public sealed class UpdateOrder
    {
        private UpdateOrder(WantedImage image)
        {
            Image = image;
        }

        /// <summary>The image to fetch.</summary>
        public WantedImage Image { get; }

        /// <summary>Decides.</summary>
        /// <param name="command">The command that orders it.</param>
        /// <param name="table">What is in use.</param>
        /// <param name="rules">What this board demands of an image.</param>
        /// <param name="isTrial">True while the running image has to prove itself.</param>
        public static UpdateCheck Check(VerifiedCommand command, SlotTable table, ImageRules rules, bool isTrial)
        {
            if (table is null || rules is null)
            {
                throw new ArgumentNullException(nameof(table));
            }

            WantedImage image = command is null || command.Order.Verb != OrderVerb.Update ? null : WantedImage.Decode(command.Order.Arguments);
            if (image is null)
            {
                return new UpdateCheck(UpdateVerdict.NoOrder, null, null);
            }

            if (isTrial)
            {
                return new UpdateCheck(UpdateVerdict.TrialRunning, null, null);
            }

            Slot active = table.Active == SlotTable.None ? null : table[table.Active];
            if (!(active is null) && ByteArray.AreEqual(active.FileHash, image.FileHash))
            {
                return new UpdateCheck(UpdateVerdict.AlreadyRunning, null, null);
            }

            if (image.BoardType != rules.BoardType)
            {
                return new UpdateCheck(UpdateVerdict.OtherBoardType, null, null);
            }

            if (image.Length > rules.MaximumSize)
            {
                return new UpdateCheck(UpdateVerdict.TooLarge, null, null);
            }

            if (!(active is null) && image.Version.CompareTo(active.Version) <= 0)
            {
                return new UpdateCheck(UpdateVerdict.NotNewer, image.Version.ToString() + ", running is " + active.Version.ToString(), null);
            }

            // Saves a download. The same image in another file is refused by the image door.
            Slot idle = table[table.Idle];
            if (idle.State == SlotState.Rejected && table.IsRefused(idle.Digest) && ByteArray.AreEqual(idle.FileHash, image.FileHash))
            {
                return new UpdateCheck(UpdateVerdict.RejectedBefore, idle.RejectReason, null);
            }

            return new UpdateCheck(UpdateVerdict.Accepted, null, new UpdateOrder(image));
        }
    }
}

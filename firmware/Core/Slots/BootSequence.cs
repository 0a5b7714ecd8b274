using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Image;
using DeviceFirmware.Ports;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Slots
{
    /// <summary>
    /// From power-on to an image that may run: asks the slot door, counts the trial before anything is read, asks the image door, falls back.
    /// Every board ends with a verified image or in recovery.
    /// </summary>
    public sealed class BootSequence
    {
        private BootSequence(int slot, bool isTrial, VerifiedImage image)
        {
            Slot = slot;
            IsTrial = isTrial;
            Image = image;
        }

        /// <summary>The slot that runs, or <see cref="SlotTable.None"/> in recovery.</summary>
        public int Slot { get; }

        /// <summary>True while the image has to prove itself.</summary>
        public bool IsTrial { get; }

        /// <summary>The verified image with its modules; null in recovery.</summary>
        public VerifiedImage Image { get; }

        /// <summary>Decides and loads. <paramref name="rules"/> carry the stored counter.</summary>
        public static BootSequence Run(IFiles files, SlotTable table, ImageRules rules, IBoard console)
        {
            if (files is null)
            {
                throw new ArgumentNullException(nameof(files));
            }

            var failed = new bool[2];

            // Two slots, each rejected or failed at most once: five questions are more than enough.
            for (int question = 0; question < 5; question++)
            {
                SlotChoice choice = SlotChoice.Decide(table, rules.MinimumCounter, failed);
                if (choice.Verdict == SlotVerdict.TrialsExhausted)
                {
                    table.Reject(choice.Slot, "trial-failed", "started " + table[choice.Slot].Trials.ToString() + " times and ended without a word");
                    continue;
                }

                if (choice.Verdict != SlotVerdict.Trial && choice.Verdict != SlotVerdict.Active && choice.Verdict != SlotVerdict.Fallback)
                {
                    break;
                }

                bool isTrial = choice.Verdict == SlotVerdict.Trial;
                if (isTrial)
                {
                    table.StartTrial(choice.Slot);
                }

                ImageCheck check = Load(files, choice.Slot, rules);
                bool isReadable = !(check is null);
                if (isReadable && check.Verdict == ImageVerdict.Accepted && ByteArray.AreEqual(check.Image.Digest, table[choice.Slot].Digest))
                {
                    if (choice.Verdict == SlotVerdict.Fallback)
                    {
                        table.FallBack(choice.Slot);
                    }

                    return new BootSequence(choice.Slot, isTrial, check.Image);
                }

                string token = isReadable ? check.Token : "unreadable";
                string reason = !isReadable ? "the file cannot be read" : check.Verdict == ImageVerdict.Accepted ? "not the image that was staged" : check.Reason;
                console.Log("boot slot=" + SlotTable.Letter(choice.Slot) + " refused token=" + token + " reason=\"" + reason + "\"");
                failed[choice.Slot] = true;
                if (isTrial && isReadable && (check.Verdict == ImageVerdict.MalformedPayload || check.Verdict == ImageVerdict.OtherContract))
                {
                    table.Reject(choice.Slot, token, reason);
                }
                else if (isTrial)
                {
                    // It verified when it was staged: the flash has changed, not the image.
                    table.Return(choice.Slot, token, reason);
                }
            }

            return new BootSequence(SlotTable.None, false, null);
        }

        /// <summary>The slot's image at its door; null when the file system cannot read it: then the slot does not boot, as any that does not verify.</summary>
        private static ImageCheck Load(IFiles files, int slot, ImageRules rules)
        {
            try
            {
                return VerifiedImage.Load(files, SlotTable.FileName(slot), rules);
            }
            catch (StorageFailedException)
            {
                return null;
            }
        }
    }
}

using System;

namespace DeviceFirmware.Slots
{
    /// <summary>Which slot boots.</summary>
    public enum SlotVerdict
    {
        /// <summary>Nothing was decided: nothing boots.</summary>
        NotEvaluated = 0,

        /// <summary>An image on trial.</summary>
        Trial,

        /// <summary>The image in use.</summary>
        Active,

        /// <summary>The other slot, confirmed once, because the one in use cannot boot.</summary>
        Fallback,

        /// <summary>The trial of this slot is over: it has to be rejected, then asked again.</summary>
        TrialsExhausted,

        /// <summary>No slot may boot: the board waits for a recovery image.</summary>
        Recovery,
    }

    /// <summary>
    /// The door of the decision "which slot boots?". It looks at the records only; what it chose is verified by the image door before it runs.
    /// A slot whose counter is below the stored one never boots, confirmed or not.
    /// </summary>
    public sealed class SlotChoice
    {
        private SlotChoice(SlotVerdict verdict, int slot)
        {
            Verdict = verdict;
            Slot = slot;
        }

        /// <summary>The verdict.</summary>
        public SlotVerdict Verdict { get; }

        /// <summary>The slot it speaks of: 0, 1 or <see cref="SlotTable.None"/>.</summary>
        public int Slot { get; }

        /// <summary>
        /// Decides. <paramref name="failed"/> has a true for each slot whose image did not verify since power-on (2 entries).
        /// </summary>
        public static SlotChoice Decide(SlotTable table, uint storedCounter, bool[] failed)
        {
            if (table is null)
            {
                throw new ArgumentNullException(nameof(table));
            }

            if (failed is null || failed.Length != 2)
            {
                throw new ArgumentException(nameof(failed));
            }

            for (int slot = 0; slot < 2; slot++)
            {
                SlotState state = table[slot].State;
                if ((state == SlotState.Staged || state == SlotState.Trial) && slot != table.Active)
                {
                    bool again = table[slot].Trials < SlotTable.MaximumTrials && table[slot].SecurityCounter >= storedCounter && !failed[slot];
                    return new SlotChoice(again ? SlotVerdict.Trial : SlotVerdict.TrialsExhausted, slot);
                }
            }

            int active = table.Active;
            if (active != SlotTable.None && MayBoot(table, active, storedCounter, failed))
            {
                return new SlotChoice(SlotVerdict.Active, active);
            }

            if (active != SlotTable.None && MayBoot(table, 1 - active, storedCounter, failed))
            {
                return new SlotChoice(SlotVerdict.Fallback, 1 - active);
            }

            return new SlotChoice(SlotVerdict.Recovery, SlotTable.None);
        }

        private static bool MayBoot(SlotTable table, int slot, uint storedCounter, bool[] failed)
        {
            return table[slot].State == SlotState.Confirmed && table[slot].SecurityCounter >= storedCounter && !failed[slot];
        }
    }
}

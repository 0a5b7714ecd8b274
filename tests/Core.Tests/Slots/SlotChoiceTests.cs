using System;
using DeviceFirmware.Slots;
using DeviceFirmware.Tests.Support;
using nanoFramework.TestFramework;

namespace DeviceFirmware.Tests.Slots
{
    [TestClass]
    public class SlotChoiceTests
    {
        private const uint Stored = 5;

        [TestMethod]
        public void AnEmptyTableWaitsForRecovery()
        {
            Expect(SlotVerdict.Recovery, 2, new SlotRecord());
        }

        [TestMethod]
        public void TheActiveSlotBoots()
        {
            Expect(SlotVerdict.Active, 0, Two(0, SlotState.Confirmed, 5, SlotState.Empty, 0));
            Expect(SlotVerdict.Active, 1, Two(1, SlotState.Confirmed, 9, SlotState.Confirmed, 5));
            Expect(SlotVerdict.Active, 0, Two(0, SlotState.Confirmed, 5, SlotState.Rejected, 9));
            Expect(SlotVerdict.Active, 0, Two(0, SlotState.Confirmed, 5, SlotState.Receiving, 9));
        }

        [TestMethod]
        public void AStagedImageIsTriedThreeTimes()
        {
            Expect(SlotVerdict.Trial, 1, Two(0, SlotState.Confirmed, 5, SlotState.Staged, 5));
            for (int trials = 0; trials < 5; trials++)
            {
                SlotRecord record = new SlotRecord { Active = 0 }.Slot(0, SlotState.Confirmed, 0, 5).Slot(1, SlotState.Trial, trials, 6);
                Expect(trials < 3 ? SlotVerdict.Trial : SlotVerdict.TrialsExhausted, 1, record);
            }
        }

        [TestMethod]
        public void ACounterBelowTheStoredOneNeverBoots()
        {
            Expect(SlotVerdict.TrialsExhausted, 1, Two(0, SlotState.Confirmed, 5, SlotState.Staged, 4));
            Expect(SlotVerdict.Recovery, 2, Two(0, SlotState.Confirmed, 4, SlotState.Empty, 0));
            Expect(SlotVerdict.Fallback, 1, Two(0, SlotState.Confirmed, 4, SlotState.Confirmed, 5));
            Expect(SlotVerdict.Recovery, 2, Two(0, SlotState.Confirmed, 4, SlotState.Confirmed, 4));
        }

        [TestMethod]
        public void AnImageThatDidNotVerifyIsNotTriedAgain()
        {
            Expect(SlotVerdict.TrialsExhausted, 1, Two(0, SlotState.Confirmed, 5, SlotState.Staged, 5), false, true);
            Expect(SlotVerdict.Fallback, 1, Two(0, SlotState.Confirmed, 5, SlotState.Confirmed, 5), true, false);
            Expect(SlotVerdict.Recovery, 2, Two(0, SlotState.Confirmed, 5, SlotState.Confirmed, 5), true, true);
            Expect(SlotVerdict.Active, 0, Two(0, SlotState.Confirmed, 5, SlotState.Confirmed, 5), false, true);
        }

        [TestMethod]
        public void OnlyAnImageThatWasConfirmedOnceIsFallenBackTo()
        {
            Expect(SlotVerdict.Recovery, 2, Two(0, SlotState.Confirmed, 4, SlotState.Rejected, 9));
            Expect(SlotVerdict.Recovery, 2, Two(0, SlotState.Confirmed, 4, SlotState.Receiving, 9));
            Expect(SlotVerdict.Recovery, 2, Two(0, SlotState.Confirmed, 4, SlotState.Empty, 9));
            Expect(SlotVerdict.Recovery, 2, Two(SlotTable.None, SlotState.Confirmed, 9, SlotState.Confirmed, 9));
            Expect(SlotVerdict.Recovery, 2, Two(0, SlotState.Staged, 9, SlotState.Empty, 0));
        }

        [TestMethod]
        public void WhateverBootsMayBoot()
        {
            for (int active = 0; active <= 2; active++)
            {
                for (int states = 0; states < 36; states++)
                {
                    for (int numbers = 0; numbers < 16; numbers++)
                    {
                        SlotTable table = new SlotRecord { Active = active }
                            .Slot(0, (SlotState)(states % 6), 2 + (numbers & 1), 4u + (uint)((numbers >> 1) & 1))
                            .Slot(1, (SlotState)(states / 6), 2 + ((numbers >> 2) & 1), 4u + (uint)((numbers >> 3) & 1))
                            .Load();
                        for (int failed = 0; failed < 4; failed++)
                        {
                            Check(table, new bool[] { (failed & 1) != 0, (failed & 2) != 0 });
                        }
                    }
                }
            }
        }

        [TestMethod]
        public void MisuseThrows()
        {
            Assert.ThrowsException(typeof(ArgumentNullException), () => SlotChoice.Decide(null, 0, new bool[2]));
            Assert.ThrowsException(typeof(ArgumentException), () => SlotChoice.Decide(new SlotRecord().Load(), 0, null));
            Assert.ThrowsException(typeof(ArgumentException), () => SlotChoice.Decide(new SlotRecord().Load(), 0, new bool[1]));
        }

        private static void Check(SlotTable table, bool[] failed)
        {
            SlotChoice choice = SlotChoice.Decide(table, Stored, failed);
            Assert.AreNotEqual((int)SlotVerdict.NotEvaluated, (int)choice.Verdict);
            bool boots = choice.Verdict == SlotVerdict.Trial || choice.Verdict == SlotVerdict.Active || choice.Verdict == SlotVerdict.Fallback;
            if (boots)
            {
                Slot slot = table[choice.Slot];
                Assert.IsTrue(slot.SecurityCounter >= Stored, "counter");
                Assert.IsFalse(failed[choice.Slot], "verified");
                bool onTrial = slot.State == SlotState.Staged || slot.State == SlotState.Trial;
                Assert.IsTrue(choice.Verdict == SlotVerdict.Trial ? onTrial && slot.Trials < 3 : slot.State == SlotState.Confirmed, "state");
                Assert.AreEqual(choice.Verdict == SlotVerdict.Active, choice.Slot == table.Active);
            }
            else if (choice.Verdict == SlotVerdict.Recovery)
            {
                Assert.AreEqual(SlotTable.None, choice.Slot);
                for (int slot = 0; slot < 2 && table.Active != SlotTable.None; slot++)
                {
                    bool may = table[slot].State == SlotState.Confirmed && table[slot].SecurityCounter >= Stored && !failed[slot];
                    Assert.IsFalse(may, "a slot that may boot is not left out");
                }
            }
            else
            {
                Assert.AreNotEqual(table.Active, choice.Slot, "the image in use is not on trial");
            }
        }

        private static SlotRecord Two(int active, SlotState first, uint firstCounter, SlotState second, uint secondCounter)
        {
            return new SlotRecord { Active = active }.Slot(0, first, 0, firstCounter).Slot(1, second, 0, secondCounter);
        }

        private static void Expect(SlotVerdict verdict, int slot, SlotRecord record)
        {
            Expect(verdict, slot, record, false, false);
        }

        private static void Expect(SlotVerdict verdict, int slot, SlotRecord record, bool firstFailed, bool secondFailed)
        {
            SlotChoice choice = SlotChoice.Decide(record.Load(), Stored, new bool[] { firstFailed, secondFailed });
            Assert.AreEqual((int)verdict, (int)choice.Verdict);
            Assert.AreEqual(slot, choice.Slot);
        }
    }
}

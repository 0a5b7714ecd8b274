using System;
using System.Collections;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Ledger
{
    /// <summary>
    /// Walks a chain from a place that is known, entry by entry, past the heads that others hold. The first thing that does not fit decides for
    /// good. The one verifier of all chains: the factory's record, the fleet's audit, a board's ledger.
    /// </summary>
    public sealed class ChainVerifier
    {
        private readonly string _chain;
        private readonly int _maximumBody;
        private readonly ArrayList _heads = new ArrayList();

        /// <summary>Reads the chain of that name.</summary>
        /// <param name="chain">The chain's name.</param>
        /// <param name="start">Where reading begins: <see cref="ChainPosition.Start"/>, or the place of a head that is believed.</param>
        /// <param name="maximumBody">Most bytes of an entry's body in this chain.</param>
        public ChainVerifier(string chain, ChainPosition start, int maximumBody)
        {
            ChainPosition.CheckName(chain);
            _chain = chain;
            Position = start ?? throw new ArgumentNullException(nameof(start));
            _maximumBody = maximumBody;
            Verdict = ChainVerdict.Accepted;
        }

        /// <summary>The last entry that was taken, or the start.</summary>
        public ChainPosition Position { get; private set; }

        /// <summary>The verdict so far.</summary>
        public ChainVerdict Verdict { get; private set; }

        /// <summary>The number of the entry or head that decided; 0 while all is well.</summary>
        public long Culprit { get; private set; }

        /// <summary>
        /// A head, of which the signature was checked (<see cref="ChainHead.Read"/>), that the chain has to meet. All are named before the first
        /// entry is taken.
        /// </summary>
        public void Expect(ChainHead head)
        {
            if (head is null)
            {
                throw new ArgumentNullException(nameof(head));
            }

            if (head.Chain != _chain)
            {
                Decide(ChainVerdict.OtherChain, head.Position.Sequence);
            }
            else if (head.Position.Sequence < Position.Sequence)
            {
                Decide(ChainVerdict.BeforeStart, head.Position.Sequence);
            }
            else
            {
                _heads.Add(head.Position);
                MeetHeads();
            }
        }

        /// <summary>Takes the next entry. Returns it when it fits, and null when it, or anything before it, does not.</summary>
        public ChainEntry Take(byte[] encoded)
        {
            if (Verdict != ChainVerdict.Accepted)
            {
                return null;
            }

            ChainEntry entry = ChainEntry.Decode(encoded, _maximumBody);
            if (entry is null)
            {
                return Refuse(ChainVerdict.Malformed);
            }

            if (entry.Sequence != Position.Sequence + 1)
            {
                return Refuse(ChainVerdict.Gap);
            }

            if (!ByteArray.AreEqual(entry.Previous, Position.Hash))
            {
                return Refuse(ChainVerdict.Broken);
            }

            Position = entry.Position;
            MeetHeads();
            return Verdict == ChainVerdict.Accepted ? entry : null;
        }

        /// <summary>There are no more entries: the verdict. A head that was not reached means that the end is missing.</summary>
        public ChainVerdict End()
        {
            for (int i = 0; i < _heads.Count; i++)
            {
                Decide(ChainVerdict.Behind, ((ChainPosition)_heads[i]).Sequence);
            }

            return Verdict;
        }

        private ChainEntry Refuse(ChainVerdict verdict)
        {
            Decide(verdict, Position.Sequence + 1);
            return null;
        }

        private void MeetHeads()
        {
            for (int i = _heads.Count - 1; i >= 0; i--)
            {
                var head = (ChainPosition)_heads[i];
                if (head.Sequence != Position.Sequence)
                {
                    continue;
                }

                _heads.RemoveAt(i);
                if (!head.IsSameAs(Position))
                {
                    Decide(ChainVerdict.Fork, head.Sequence);
                }
            }
        }

        private void Decide(ChainVerdict verdict, long culprit)
        {
            if (Verdict == ChainVerdict.Accepted)
            {
                Verdict = verdict;
                Culprit = culprit;
            }
        }
    }
}

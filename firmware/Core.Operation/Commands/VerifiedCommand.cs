using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Trust;
using DeviceFirmware.Update;

namespace DeviceFirmware.Commands
{
    /// <summary>
    /// The door of the question "may I obey this command?", and the only maker of its value: signed by a command key that is embedded and
    /// not retired, for this identity key or its group, newer than the last one, inside its window by authenticated time, of a verb and a
    /// scope that go together. Its number is stored by <see cref="Take"/>, before anything is done.
    /// </summary>
    public sealed class VerifiedCommand
    {
        private const int MaximumDebugSeconds = 86400;

        private readonly OrderRecord _record;
        private readonly byte[] _signer;
        private readonly P256PublicKey[] _keys;

        private VerifiedCommand(Order order, byte[] hash, byte[] signer, P256PublicKey[] keys, bool isRepeat, OrderRecord record)
        {
            Order = order;
            Hash = hash;
            IsRepeat = isRepeat;
            _signer = signer;
            _keys = keys;
            _record = record;
        }

        /// <summary>What it says.</summary>
        public Order Order { get; }

        /// <summary>SHA-256 of the signed order, 32 bytes: what the answer refers to.</summary>
        public byte[] Hash { get; }

        /// <summary>True when this very order was obeyed before, as the last of its key and scope: only an update goes on, the rest is answered.</summary>
        public bool IsRepeat { get; }

        /// <summary>Decides.</summary>
        /// <param name="message">The signed order, of anybody's.</param>
        /// <param name="keys">The embedded command keys.</param>
        /// <param name="record">What was obeyed before.</param>
        /// <param name="ownKeyHash">Key hash of the board's identity key.</param>
        /// <param name="ownGroup">The group in the board's certificate; empty for none.</param>
        /// <param name="now">Authenticated time, seconds since 1970; 0 when the board has none.</param>
        public static CommandCheck Check(byte[] message, P256PublicKey[] keys, OrderRecord record, byte[] ownKeyHash, string ownGroup, long now)
        {
            if (message is null || keys is null || record is null || ownKeyHash is null || ownGroup is null)
            {
                throw new ArgumentNullException(nameof(message));
            }

            if (keys.Length == 0)
            {
                return Refuse(CommandVerdict.NoKeys, null);
            }

            CoseSign1 signed = Order.Open(message);
            Order order = signed is null ? null : Order.Parse(signed.Payload);
            if (order is null)
            {
                return Refuse(CommandVerdict.Malformed, null);
            }

            P256PublicKey key = Find(keys, signed.KeyHash);
            if (key is null)
            {
                return Refuse(CommandVerdict.UnknownKey, null);
            }

            if (record.IsRetired(signed.KeyHash))
            {
                return Refuse(CommandVerdict.RetiredKey, null);
            }

            if (!signed.IsSignedBy(key, Order.Context))
            {
                return Refuse(CommandVerdict.WrongSignature, null);
            }

            byte[] hash = Sha256.Hash(message);
            bool isRepeat = record.IsKnown(signed.KeyHash, order.IsForGroup, hash);
            CommandVerdict verdict = Judge(order, signed.KeyHash, record, ownKeyHash, ownGroup, now, isRepeat);
            if (verdict == CommandVerdict.Accepted && order.Verb == OrderVerb.RetireKey && !IsOther(keys, signed.KeyHash, order))
            {
                verdict = CommandVerdict.MalformedArguments;
            }

            return verdict == CommandVerdict.Accepted
                ? new CommandCheck(verdict, new VerifiedCommand(order, hash, signed.KeyHash, keys, isRepeat, record), order)
                : Refuse(verdict, order);
        }

        /// <summary>
        /// Stores the order's number: from here on it is not obeyed again. Before anything else is done about it. An order to retire the other
        /// command key is obeyed by that.
        /// </summary>
        public void Take()
        {
            if (!IsRepeat)
            {
                _record.Note(_keys, _signer, Order, Hash, Order.Verb == OrderVerb.RetireKey ? KeyArgument(Order) : null);
            }
        }

        /// <summary>True when the order was taken before, and power was lost before it was obeyed.</summary>
        public bool IsUndone => IsRepeat && _record.IsUndone(Hash);

        /// <summary>What the order asked for is stored.</summary>
        public void Finish()
        {
            _record.Finish();
        }

        /// <summary>The reason in the arguments of a quarantine or a wipe; empty for other verbs.</summary>
        public string Reason => Order.Verb == OrderVerb.Quarantine || Order.Verb == OrderVerb.Wipe ? TextArgument(Order) : "";

        /// <summary>Seconds of debugging; 0 for other verbs.</summary>
        public int DebugSeconds => Order.Verb == OrderVerb.Debug ? NumberArgument(Order) : 0;

        private static CommandVerdict Judge(Order order, byte[] signer, OrderRecord record, byte[] ownKeyHash, string ownGroup, long now, bool isRepeat)
        {
            bool isMine = order.IsForGroup ? order.Group == ownGroup : ByteArray.AreEqual(order.KeyHash, ownKeyHash);
            if (!isMine)
            {
                return CommandVerdict.OtherTarget;
            }

            if (!isRepeat && order.Sequence <= record.LastSequence(signer, order.IsForGroup))
            {
                return CommandVerdict.Replayed;
            }

            if (order.HasWindow && now == 0)
            {
                return CommandVerdict.NoTime;
            }

            if (order.NotBefore > now && order.HasWindow)
            {
                return CommandVerdict.NotYet;
            }

            if (order.NotAfter != 0 && now > order.NotAfter)
            {
                return CommandVerdict.Expired;
            }

            if (!OrderVerb.IsKnown(order.Verb))
            {
                return CommandVerdict.UnknownVerb;
            }

            if (!HasItsArguments(order))
            {
                return CommandVerdict.MalformedArguments;
            }

            if (order.IsForGroup && OrderVerb.IsForOneBoard(order.Verb))
            {
                return CommandVerdict.NotByGroup;
            }

            return order.NotAfter == 0 && (order.IsForGroup || OrderVerb.NeedsEnd(order.Verb)) ? CommandVerdict.NoEnd : CommandVerdict.Accepted;
        }

        private static bool HasItsArguments(Order order)
        {
            switch (order.Verb)
            {
                case OrderVerb.Update: return !(WantedImage.Decode(order.Arguments) is null);
                case OrderVerb.Quarantine:
                case OrderVerb.Wipe: return !(TextArgument(order) is null);
                case OrderVerb.Debug: return NumberArgument(order) > 0;
                case OrderVerb.RetireKey: return !(KeyArgument(order) is null);
                case OrderVerb.Trust: return !(TrustSet.Decode(order.Arguments) is null);
                default: return order.Arguments.Length == 0;
            }
        }

        private static string TextArgument(Order order)
        {
            CborReader reader = Argument(order);
            string text = reader.Text(0, OrderVerb.MaximumReason);
            return reader.IsComplete ? text : null;
        }

        private static int NumberArgument(Order order)
        {
            CborReader reader = Argument(order);
            int number = (int)reader.Unsigned(MaximumDebugSeconds);
            return reader.IsComplete ? number : 0;
        }

        private static byte[] KeyArgument(Order order)
        {
            CborReader reader = Argument(order);
            byte[] key = reader.Bytes(Sha256.Size, Sha256.Size);
            return reader.IsComplete ? key : null;
        }

        private static CborReader Argument(Order order)
        {
            var reader = new CborReader(order.Arguments);
            reader.Map(1);
            reader.Key(1);
            return reader;
        }

        /// <summary>A key never retires itself, nor one that is not embedded.</summary>
        private static bool IsOther(P256PublicKey[] keys, byte[] signer, Order order)
        {
            byte[] named = KeyArgument(order);
            return !ByteArray.AreEqual(named, signer) && !(Find(keys, named) is null);
        }

        private static P256PublicKey Find(P256PublicKey[] keys, byte[] keyHash)
        {
            for (int i = 0; i < keys.Length; i++)
            {
                if (ByteArray.AreEqual(keys[i].KeyHash(), keyHash))
                {
                    return keys[i];
                }
            }

            return null;
        }

        private static CommandCheck Refuse(CommandVerdict verdict, Order order)
        {
            return new CommandCheck(verdict, null, order);
        }
    }
}

using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Commands
{
    /// <summary>
    /// What an order says, before anybody has judged it: {1: verb, 2: key hash of the board or nothing, 3: group or nothing, 4: sequence,
    /// 5: not before, 6: not after, 7: arguments}. It travels as the payload of a COSE_Sign1; <see cref="VerifiedCommand"/> decides about it.
    /// </summary>
    public sealed class Order
    {
        /// <summary>What an order's signature is for (external_aad).</summary>
        public const string Context = "DeviceFirmware/order/1";

        /// <summary>Most bytes of the arguments of every verb but <c>trust</c>, whose are a trust set.</summary>
        public const int MaximumArguments = 256;

        /// <summary>Most bytes of a signed order.</summary>
        public const int MaximumSize = CoseSign1.Overhead + 3 + MaximumPayload;

        private const int MaximumPayload = 256 + TrustSet.MaximumSize;
        private const long MaximumNumber = 0x1FFFFFFFFFFFFF;

        /// <summary>An order.</summary>
        /// <param name="verb">What to do.</param>
        /// <param name="keyHash">SHA-256 of the SubjectPublicKeyInfo of the one board it is for; empty for a group.</param>
        /// <param name="group">The group it is for; empty for one board.</param>
        /// <param name="sequence">Its number, from 1; rises with every order of a key.</param>
        /// <param name="notBefore">Seconds since 1970; 0: no beginning.</param>
        /// <param name="notAfter">Seconds since 1970; 0: no end.</param>
        /// <param name="arguments">As the verb has them; empty for none.</param>
        public Order(string verb, byte[] keyHash, string group, long sequence, long notBefore, long notAfter, byte[] arguments)
        {
            Verb = verb ?? throw new ArgumentNullException(nameof(verb));
            KeyHash = keyHash ?? throw new ArgumentNullException(nameof(keyHash));
            Group = group ?? throw new ArgumentNullException(nameof(group));
            Sequence = sequence;
            NotBefore = notBefore;
            NotAfter = notAfter;
            Arguments = arguments ?? throw new ArgumentNullException(nameof(arguments));
        }

        /// <summary>What to do.</summary>
        public string Verb { get; }

        /// <summary>The one board it is for; empty for a group.</summary>
        public byte[] KeyHash { get; }

        /// <summary>The group it is for; empty for one board.</summary>
        public string Group { get; }

        /// <summary>Its number.</summary>
        public long Sequence { get; }

        /// <summary>Seconds since 1970 from which on it is to be obeyed; 0: no beginning.</summary>
        public long NotBefore { get; }

        /// <summary>Seconds since 1970 until which it is to be obeyed; 0: no end.</summary>
        public long NotAfter { get; }

        /// <summary>As the verb has them.</summary>
        public byte[] Arguments { get; }

        /// <summary>True when it is for a group.</summary>
        public bool IsForGroup => Group.Length > 0;

        /// <summary>True when it is to be obeyed at some times only.</summary>
        public bool HasWindow => NotBefore != 0 || NotAfter != 0;

        /// <summary>Arguments that are one text: a reason.</summary>
        public static byte[] TextArguments(string text)
        {
            return new CborWriter().Map(1).Unsigned(1).Text(text).ToArray();
        }

        /// <summary>Arguments that are one byte string: a key hash.</summary>
        public static byte[] BytesArguments(byte[] value)
        {
            return new CborWriter().Map(1).Unsigned(1).Bytes(value).ToArray();
        }

        /// <summary>Arguments that are one number.</summary>
        public static byte[] NumberArguments(long value)
        {
            return new CborWriter().Map(1).Unsigned(1).Unsigned(value).ToArray();
        }

        /// <summary>The hash that the command key of that key hash signs.</summary>
        public byte[] Digest(byte[] signer)
        {
            return CoseSign1.Digest(signer, Payload(), Context);
        }

        /// <summary>The signed order.</summary>
        /// <param name="signer">The command key's key hash, 32 bytes.</param>
        /// <param name="signature">r and s of <see cref="Digest"/>, 64 bytes.</param>
        public byte[] Encode(byte[] signer, byte[] signature)
        {
            return CoseSign1.Encode(signer, Payload(), signature);
        }

        /// <summary>What a signed order says, whoever signed it: for showing and for carrying, never for obeying. Null when it is malformed.</summary>
        public static Order Peek(byte[] message)
        {
            CoseSign1 signed = Open(message);
            return signed is null ? null : Parse(signed.Payload);
        }

        internal static CoseSign1 Open(byte[] message)
        {
            return message is null || message.Length > MaximumSize ? null : CoseSign1.Decode(message, MaximumPayload);
        }

        internal static Order Parse(byte[] payload)
        {
            var reader = new CborReader(payload);
            reader.Map(7);
            reader.Key(1);
            string verb = reader.Text(1, 32);
            reader.Key(2);
            byte[] keyHash = reader.Bytes(0, Sha256.Size);
            reader.Key(3);
            string group = reader.Text(0, 32);
            reader.Key(4);
            long sequence = reader.Unsigned(MaximumNumber);
            reader.Key(5);
            long notBefore = reader.Unsigned(MaximumNumber);
            reader.Key(6);
            long notAfter = reader.Unsigned(MaximumNumber);
            reader.Key(7);
            byte[] arguments = reader.Bytes(0, verb == OrderVerb.Trust ? TrustSet.MaximumSize : MaximumArguments);
            if (!reader.IsComplete || !Ascii.IsName(verb) || sequence == 0)
            {
                return null;
            }

            // For one board or for one group, never for both or none.
            bool isForBoard = keyHash.Length == Sha256.Size && group.Length == 0;
            bool isForGroup = keyHash.Length == 0 && Ascii.IsName(group);
            return isForBoard || isForGroup ? new Order(verb, keyHash, group, sequence, notBefore, notAfter, arguments) : null;
        }

        private byte[] Payload()
        {
            return new CborWriter().Map(7)
                .Unsigned(1).Text(Verb)
                .Unsigned(2).Bytes(KeyHash)
                .Unsigned(3).Text(Group)
                .Unsigned(4).Unsigned(Sequence)
                .Unsigned(5).Unsigned(NotBefore)
                .Unsigned(6).Unsigned(NotAfter)
                .Unsigned(7).Bytes(Arguments)
                .ToArray();
        }
    }
}

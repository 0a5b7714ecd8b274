using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Ledger
{
    /// <summary>
    /// A board's last word before it is wiped, signed by its identity key: COSE_Sign1 over {1: SHA-256 of the order, 2: sequence and 3: hash of the
    /// ledger's end, 4: time, 5: reason, 6: 0 for a logical wipe, 1 with flash encryption}. It travels as {1: public key, 2: receipt}.
    /// </summary>
    public sealed class WipeReceipt
    {
        /// <summary>What its signature is for (external_aad).</summary>
        public const string Context = "DeviceFirmware/receipt/1";

        private const int MaximumReason = 64;
        private const int MaximumPayload = 1 + 35 + 10 + 35 + 10 + 3 + MaximumReason + 2;

        /// <summary>Most bytes of the message that carries it.</summary>
        public const int MaximumSize = 1 + 68 + 4 + CoseSign1.Overhead + 2 + MaximumPayload;

        /// <summary>A receipt, not signed yet.</summary>
        /// <param name="order">SHA-256 of the signed order, 32 bytes.</param>
        /// <param name="end">The ledger's last place.</param>
        /// <param name="time">Seconds since 1970, as the board believes.</param>
        /// <param name="reason">At most 64 characters.</param>
        /// <param name="isEncrypted">True when the flash is encrypted: then what is left in it is worth nothing.</param>
        public WipeReceipt(byte[] order, ChainPosition end, long time, string reason, bool isEncrypted)
        {
            Order = order ?? throw new ArgumentNullException(nameof(order));
            End = end ?? throw new ArgumentNullException(nameof(end));
            Time = time;
            Reason = reason ?? throw new ArgumentNullException(nameof(reason));
            IsEncrypted = isEncrypted;
        }

        /// <summary>SHA-256 of the signed order.</summary>
        public byte[] Order { get; }

        /// <summary>The ledger's last place.</summary>
        public ChainPosition End { get; }

        /// <summary>Seconds since 1970, as the board believes.</summary>
        public long Time { get; }

        /// <summary>The order's reason.</summary>
        public string Reason { get; }

        /// <summary>True when the flash is encrypted.</summary>
        public bool IsEncrypted { get; }

        /// <summary>The message that carries it, signed.</summary>
        public byte[] Sign(IIdentityKey key)
        {
            if (key is null)
            {
                throw new ArgumentNullException(nameof(key));
            }

            byte[] payload = new CborWriter().Map(6)
                .Unsigned(1).Bytes(Order)
                .Unsigned(2).Unsigned(End.Sequence)
                .Unsigned(3).Bytes(End.Hash)
                .Unsigned(4).Unsigned(Time)
                .Unsigned(5).Text(Reason)
                .Unsigned(6).Unsigned(IsEncrypted ? 1 : 0)
                .ToArray();
            byte[] keyHash = key.PublicKey.KeyHash();
            byte[] receipt = CoseSign1.Encode(keyHash, payload, key.Sign(CoseSign1.Digest(keyHash, payload, Context)));
            return new CborWriter().Map(2).Unsigned(1).Bytes(key.PublicKey.Encode()).Unsigned(2).Bytes(receipt).ToArray();
        }

        /// <summary>Reads a message of anybody's; null unless it is well-formed and signed by the key in it, which is given back.</summary>
        public static WipeReceipt Read(byte[] message, out P256PublicKey key)
        {
            key = null;
            if (message is null || message.Length > MaximumSize)
            {
                return null;
            }

            var reader = new CborReader(message);
            reader.Map(2);
            reader.Key(1);
            byte[] point = reader.Bytes(P256PublicKey.EncodedSize, P256PublicKey.EncodedSize);
            reader.Key(2);
            byte[] receipt = reader.Bytes(1, MaximumSize);
            CoseSign1 signed = reader.IsComplete ? CoseSign1.Decode(receipt, MaximumPayload) : null;
            WipeReceipt read = signed is null ? null : Parse(signed.Payload);
            P256PublicKey signer = read is null ? null : P256PublicKey.Decode(point, 0, point.Length);
            if (signer is null || !signed.IsSignedBy(signer, Context))
            {
                return null;
            }

            key = signer;
            return read;
        }

        private static WipeReceipt Parse(byte[] payload)
        {
            var reader = new CborReader(payload);
            reader.Map(6);
            reader.Key(1);
            byte[] order = reader.Bytes(Sha256.Size, Sha256.Size);
            reader.Key(2);
            long sequence = reader.Unsigned(0x7FFFFFFFFFFFFFFF);
            reader.Key(3);
            byte[] hash = reader.Bytes(Sha256.Size, Sha256.Size);
            reader.Key(4);
            long time = reader.Unsigned(0x7FFFFFFFFFFFFFFF);
            reader.Key(5);
            string reason = reader.Text(0, MaximumReason);
            reader.Key(6);
            bool isEncrypted = reader.Unsigned(1) == 1;
            return reader.IsComplete ? new WipeReceipt(order, new ChainPosition(sequence, hash), time, reason, isEncrypted) : null;
        }
    }
}

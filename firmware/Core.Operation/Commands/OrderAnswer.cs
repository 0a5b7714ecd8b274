using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Commands
{
    /// <summary>What the board says to an order: {1: SHA-256 of the signed order, 2: token, 3: reason}.</summary>
    public sealed class OrderAnswer
    {
        private const int MaximumReason = 160;

        /// <summary>An answer; a reason is cut at 160 characters.</summary>
        public OrderAnswer(byte[] orderHash, string token, string reason)
        {
            OrderHash = orderHash ?? throw new ArgumentNullException(nameof(orderHash));
            Token = token ?? throw new ArgumentNullException(nameof(token));
            Reason = reason is null ? "" : reason.Length > MaximumReason ? reason.Substring(0, MaximumReason) : reason;
        }

        /// <summary>SHA-256 of the signed order.</summary>
        public byte[] OrderHash { get; }

        /// <summary><c>accepted</c>, <c>repeated</c>, or why not.</summary>
        public string Token { get; }

        /// <summary>The same for people.</summary>
        public string Reason { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(3).Unsigned(1).Bytes(OrderHash).Unsigned(2).Text(Token).Unsigned(3).Text(Reason).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static OrderAnswer Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(3);
            reader.Key(1);
            byte[] hash = reader.Bytes(Sha256.Size, Sha256.Size);
            reader.Key(2);
            string token = reader.Text(1, 32);
            reader.Key(3);
            string reason = reader.Text(0, MaximumReason);
            return reader.IsComplete ? new OrderAnswer(hash, token, reason) : null;
        }
    }
}

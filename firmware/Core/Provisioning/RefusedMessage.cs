using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Provisioning
{
    /// <summary>The board refuses, and says why: {1: token, 2: reason, 3: hash of the request}.</summary>
    public sealed class RefusedMessage
    {
        /// <summary>A refusal: token of 1 to 32 characters, reason of at most 200.</summary>
        public RefusedMessage(string token, string reason, byte[] requestHash)
        {
            Token = token ?? throw new ArgumentNullException(nameof(token));
            Reason = reason ?? throw new ArgumentNullException(nameof(reason));
            RequestHash = requestHash ?? throw new ArgumentNullException(nameof(requestHash));
        }

        /// <summary>Stable name of the reason (SPEC.md).</summary>
        public string Token { get; }

        /// <summary>The reason in a person's words.</summary>
        public string Reason { get; }

        /// <summary>See <see cref="SerialSession.HashOf"/>.</summary>
        public byte[] RequestHash { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(3).Unsigned(1).Text(Token).Unsigned(2).Text(Reason).Unsigned(3).Bytes(RequestHash).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static RefusedMessage Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(3);
            reader.Key(1);
            string token = reader.Text(1, 32);
            reader.Key(2);
            string reason = reader.Text(0, 200);
            reader.Key(3);
            byte[] hash = reader.Bytes(Sha256.Size, Sha256.Size);
            return reader.IsComplete ? new RefusedMessage(token, reason, hash) : null;
        }
    }
}

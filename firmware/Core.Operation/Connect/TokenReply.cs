using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Connect
{
    /// <summary>
    /// The fleet's answer to <see cref="TokenRequest"/>: {1: nonce, 2: token, 3: seconds for which it holds, 4: refusal}. Either the token or the
    /// refusal is empty. Who has the token is the device to that API until it ends: it belongs into no log.
    /// </summary>
    public sealed class TokenReply
    {
        /// <summary>Most characters of a token.</summary>
        public const int MaximumToken = 2048;

        /// <summary>A reply.</summary>
        /// <param name="nonce">The request's, 16 bytes.</param>
        /// <param name="token">A JWT of at most 2048 characters; empty when it is refused.</param>
        /// <param name="seconds">For how long it holds, at most a day; 0 when it is refused.</param>
        /// <param name="refusal">Why not, at most 32 characters; empty when there is a token.</param>
        public TokenReply(byte[] nonce, string token, int seconds, string refusal)
        {
            if (nonce is null || nonce.Length != TokenRequest.NonceSize)
            {
                throw new ArgumentException(nameof(nonce));
            }

            Nonce = nonce;
            Token = token ?? throw new ArgumentNullException(nameof(token));
            Seconds = seconds;
            Refusal = refusal ?? throw new ArgumentNullException(nameof(refusal));
        }

        /// <summary>The request's nonce: a reply with another one is to another request.</summary>
        public byte[] Nonce { get; }

        /// <summary>The token; empty when it is refused.</summary>
        public string Token { get; }

        /// <summary>For how many seconds it holds.</summary>
        public int Seconds { get; }

        /// <summary>Why there is none; empty when there is one.</summary>
        public string Refusal { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(4).Unsigned(1).Bytes(Nonce).Unsigned(2).Text(Token).Unsigned(3).Unsigned(Seconds).Unsigned(4).Text(Refusal).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static TokenReply Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(4);
            reader.Key(1);
            byte[] nonce = reader.Bytes(TokenRequest.NonceSize, TokenRequest.NonceSize);
            reader.Key(2);
            string token = reader.Text(0, MaximumToken);
            reader.Key(3);
            long seconds = reader.Unsigned(86400);
            reader.Key(4);
            string refusal = reader.Text(0, 32);
            return reader.IsComplete && (token.Length == 0) != (refusal.Length == 0) ? new TokenReply(nonce, token, (int)seconds, refusal) : null;
        }
    }
}

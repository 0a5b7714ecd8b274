using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Connect
{
    /// <summary>A device asks for a token for an HTTP API: {1: nonce of 16 bytes, 2: audience, 3: scope}.</summary>
    public sealed class TokenRequest
    {
        /// <summary>Bytes of the nonce.</summary>
        public const int NonceSize = 16;

        /// <summary>Most characters of a scope.</summary>
        public const int MaximumScope = 256;

        /// <summary>Most bytes of a body.</summary>
        public const int MaximumSize = 1 + 1 + 1 + NonceSize + 1 + 2 + 32 + 1 + 3 + MaximumScope;

        /// <summary>A request.</summary>
        /// <param name="nonce">16 bytes, which the reply has again.</param>
        /// <param name="audience">Which API, 1 to 32 characters <c>a-z 0-9 -</c>.</param>
        /// <param name="scope">What for: words with one space between them, 1 to 256 characters of printable ASCII.</param>
        public TokenRequest(byte[] nonce, string audience, string scope)
        {
            if (nonce is null || nonce.Length != NonceSize || !Ascii.IsName(audience) || scope is null || scope.Length == 0 || scope.Length > MaximumScope)
            {
                throw new ArgumentException(nameof(scope));
            }

            Nonce = nonce;
            Audience = audience;
            Scope = scope;
        }

        /// <summary>The nonce.</summary>
        public byte[] Nonce { get; }

        /// <summary>Which API.</summary>
        public string Audience { get; }

        /// <summary>What for.</summary>
        public string Scope { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(3).Unsigned(1).Bytes(Nonce).Unsigned(2).Text(Audience).Unsigned(3).Text(Scope).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static TokenRequest Decode(byte[] body)
        {
            if (body is null || body.Length > MaximumSize)
            {
                return null;
            }

            var reader = new CborReader(body);
            reader.Map(3);
            reader.Key(1);
            byte[] nonce = reader.Bytes(NonceSize, NonceSize);
            reader.Key(2);
            string audience = reader.Text(1, 32);
            reader.Key(3);
            string scope = reader.Text(1, MaximumScope);
            return reader.IsComplete && Ascii.IsName(audience) ? new TokenRequest(nonce, audience, scope) : null;
        }
    }
}

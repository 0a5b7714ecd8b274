using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Provisioning
{
    /// <summary>The board's secrets for its label: {1: claim secret, 2: setup password, 3: hash of the request}. Sent until the station keeps them.</summary>
    public sealed class SecretsMessage
    {
        /// <summary>Secrets; the arrays are used as they are.</summary>
        public SecretsMessage(byte[] claim, byte[] password, byte[] requestHash)
        {
            Claim = claim ?? throw new ArgumentNullException(nameof(claim));
            Password = password ?? throw new ArgumentNullException(nameof(password));
            RequestHash = requestHash ?? throw new ArgumentNullException(nameof(requestHash));
        }

        /// <summary>Claim secret: 20 characters of Crockford's base32, ASCII. Whoever read the message zeroes it.</summary>
        public byte[] Claim { get; }

        /// <summary>Setup password: 12 characters of the same. Whoever read the message zeroes it.</summary>
        public byte[] Password { get; }

        /// <summary>See <see cref="SerialSession.HashOf"/>.</summary>
        public byte[] RequestHash { get; }

        /// <summary>The body. The caller zeroes it once it is sent.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(3).Unsigned(1).Bytes(Claim).Unsigned(2).Bytes(Password).Unsigned(3).Bytes(RequestHash).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed or has other characters.</summary>
        public static SecretsMessage Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(3);
            reader.Key(1);
            byte[] claim = reader.Bytes(BoardSecrets.ClaimLength, BoardSecrets.ClaimLength);
            reader.Key(2);
            byte[] password = reader.Bytes(SetupPassword.Length, SetupPassword.Length);
            reader.Key(3);
            byte[] hash = reader.Bytes(Sha256.Size, Sha256.Size);
            return reader.IsComplete && BoardSecrets.AreLetters(claim, BoardSecrets.ClaimLength) && BoardSecrets.AreLetters(password, SetupPassword.Length)
                ? new SecretsMessage(claim, password, hash)
                : null;
        }
    }
}

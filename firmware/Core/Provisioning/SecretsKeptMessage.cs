using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Provisioning
{
    /// <summary>The station has stored the board's secrets durably: {1: SHA-256 of claim secret and setup password}. The board zeroes the claim secret.</summary>
    public sealed class SecretsKeptMessage
    {
        /// <summary>Word that what has this hash is kept.</summary>
        public SecretsKeptMessage(byte[] hash)
        {
            Hash = hash;
        }

        /// <summary>See <see cref="BoardSecrets.HashOf"/>.</summary>
        public byte[] Hash { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(1).Unsigned(1).Bytes(Hash).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static SecretsKeptMessage Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(1);
            reader.Key(1);
            byte[] hash = reader.Bytes(Sha256.Size, Sha256.Size);
            return reader.IsComplete ? new SecretsKeptMessage(hash) : null;
        }
    }
}

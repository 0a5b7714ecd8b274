using System;
using DeviceFirmware.Bytes;

namespace DeviceFirmware.Trust
{
    /// <summary>
    /// The fleet asks whether the one who stands before the board wants it to be that tenant's: {1: tenant, 2: code, 3: nonce}. What the board
    /// signs, when its button says yes, is exactly these bytes.
    /// </summary>
    public sealed class ClaimRequest
    {
        /// <summary>What the board's signature is for (external_aad).</summary>
        public const string Context = "DeviceFirmware/claim/1";

        /// <summary>Bytes of the claim's code.</summary>
        public const int CodeSize = 16;

        /// <summary>Bytes of the nonce.</summary>
        public const int NonceSize = 32;

        /// <summary>Most bytes of a request.</summary>
        public const int MaximumSize = 96;

        private const int MaximumTenant = 32;

        /// <summary>A request.</summary>
        /// <param name="tenant">Whose the board would be: 1 to 32 characters of <c>a-z 0-9 -</c>.</param>
        /// <param name="code">The claim's code, 16 bytes.</param>
        /// <param name="nonce">The fleet's nonce, 32 bytes.</param>
        public ClaimRequest(string tenant, byte[] code, byte[] nonce)
        {
            if (!Ascii.IsName(tenant) || code is null || code.Length != CodeSize || nonce is null || nonce.Length != NonceSize)
            {
                throw new ArgumentException(nameof(tenant));
            }

            Tenant = tenant;
            Code = code;
            Nonce = nonce;
        }

        /// <summary>Whose the board would be.</summary>
        public string Tenant { get; }

        /// <summary>The claim's code.</summary>
        public byte[] Code { get; }

        /// <summary>The fleet's nonce.</summary>
        public byte[] Nonce { get; }

        /// <summary>Reads a request; null when it is malformed.</summary>
        public static ClaimRequest Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(3);
            reader.Key(1);
            string tenant = reader.Text(1, MaximumTenant);
            reader.Key(2);
            byte[] code = reader.Bytes(CodeSize, CodeSize);
            reader.Key(3);
            byte[] nonce = reader.Bytes(NonceSize, NonceSize);
            return reader.IsComplete && Ascii.IsName(tenant) ? new ClaimRequest(tenant, code, nonce) : null;
        }

        /// <summary>The bytes that are sent, and signed.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(3).Unsigned(1).Text(Tenant).Unsigned(2).Bytes(Code).Unsigned(3).Bytes(Nonce).ToArray();
        }
    }
}

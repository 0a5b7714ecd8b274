using System;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Provisioning
{
    /// <summary>
    /// One session of a station with a board: from the greeting, whose nonce names it, to the next greeting with another nonce. Every answer
    /// carries the hash of nonce, type and body of the request, as the board received them. So an answer to an earlier step, to another
    /// session, or of a board that was not greeted is never taken for this one.
    /// </summary>
    public sealed class SerialSession
    {
        /// <summary>Length of a nonce in bytes.</summary>
        public const int NonceSize = 8;

        private readonly byte[] _nonce;

        /// <summary>The session of that nonce.</summary>
        public SerialSession(byte[] nonce)
        {
            if (nonce is null || nonce.Length != NonceSize)
            {
                throw new ArgumentException(nameof(nonce));
            }

            _nonce = nonce;
        }

        /// <summary>The nonce: 8 bytes, chosen by the station.</summary>
        public byte[] Nonce
        {
            get { return _nonce; }
        }

        /// <summary>What a board answers by that no station has greeted since its power-on: a nonce of zeros, which no station uses.</summary>
        public static SerialSession None()
        {
            return new SerialSession(new byte[NonceSize]);
        }

        /// <summary>SHA-256 of nonce (8), type (1) and body.</summary>
        public byte[] HashOf(byte type, byte[] body)
        {
            if (body is null)
            {
                throw new ArgumentNullException(nameof(body));
            }

            var hash = new Sha256();
            hash.Append(_nonce, 0, _nonce.Length);
            hash.Append(new byte[] { type }, 0, 1);
            hash.Append(body, 0, body.Length);
            return hash.Finish();
        }
    }
}

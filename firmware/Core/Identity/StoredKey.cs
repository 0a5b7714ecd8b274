using System;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Identity
{
    /// <summary>
    /// A key of the board in software: the one place of the firmware that holds a private scalar. <see cref="DeviceKey"/> makes and loads the
    /// identity key, <see cref="OperationalKey"/> makes those of operational certificates.
    /// </summary>
    public sealed class StoredKey : IIdentityKey
    {
        private readonly P256PrivateKey _key;

        /// <summary>The key of the board that is this key.</summary>
        public StoredKey(P256PrivateKey key)
        {
            _key = key ?? throw new ArgumentNullException(nameof(key));
        }

        /// <inheritdoc/>
        public P256PublicKey PublicKey
        {
            get { return _key.PublicKey; }
        }

        /// <inheritdoc/>
        public byte[] Sign(byte[] hash)
        {
            return Ecdsa.Sign(_key, hash);
        }

        /// <inheritdoc/>
        public byte[] ExportTlsKey()
        {
            return _key.ExportSec1();
        }

        /// <summary>Zeroes the scalar. After that everything but the public key throws.</summary>
        public void Clear()
        {
            _key.Clear();
        }

        /// <summary>The scalar, for its sealed record; the caller zeroes it.</summary>
        internal byte[] ExportScalar()
        {
            return _key.ExportScalar();
        }
    }
}

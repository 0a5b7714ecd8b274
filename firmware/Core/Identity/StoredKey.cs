using System;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Identity
{
    /// <summary>The identity key in software: the one place of the firmware that holds the private scalar. <see cref="DeviceKey"/> makes and loads it.</summary>
    public sealed class StoredKey : IIdentityKey
    {
        private readonly P256PrivateKey _key;

        /// <summary>The identity key that is this key.</summary>
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
    }
}

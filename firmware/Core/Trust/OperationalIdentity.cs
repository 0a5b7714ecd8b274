using System;
using DeviceFirmware.Identity;

namespace DeviceFirmware.Trust
{
    /// <summary>An operational certificate that passed its door, with its key.</summary>
    public sealed class OperationalIdentity
    {
        internal OperationalIdentity(OperationalCertificate certificate, StoredKey key)
        {
            Certificate = certificate ?? throw new ArgumentNullException(nameof(certificate));
            Key = key ?? throw new ArgumentNullException(nameof(key));
        }

        /// <summary>The certificate.</summary>
        public OperationalCertificate Certificate { get; }

        /// <summary>Its key.</summary>
        public StoredKey Key { get; }
    }
}

using System;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Provisioning
{
    /// <summary>
    /// The record that makes a board provisioned: the <see cref="IdentityMessage"/> it was given, without the network. Written once, as the last step
    /// of provisioning; what it says is checked by the certificate door at every boot.
    /// </summary>
    public static class IdentityRecord
    {
        private const string RecordName = "identity";

        /// <summary>The stored identity, or null when the board has none.</summary>
        public static IdentityMessage Load(RecordStore store)
        {
            if (store is null)
            {
                throw new ArgumentNullException(nameof(store));
            }

            byte[] body = store.Read(RecordName);
            return body is null ? null : IdentityMessage.Decode(body);
        }

        internal static void Save(RecordStore store, IdentityMessage identity)
        {
            store.Write(RecordName, identity.Encode());
        }
    }
}

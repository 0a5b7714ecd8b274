using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ports;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Provisioning
{
    /// <summary>
    /// The networks that the board may join: the last one that worked, at first the factory's, and one that its owner has set since and that
    /// has still to work. One sealed record, so that each change is one step of the store: {1: name that worked, 2: its password, 3: new name,
    /// 4: its password}, empty texts where there is none.
    /// </summary>
    public sealed class NetworkRecord
    {
        private const string RecordName = "network";
        private const int LongestPassword = 64;

        private readonly SealedRecord _record;

        /// <summary>The record of a board that seals so.</summary>
        public NetworkRecord(RecordStore store, ISealer sealer, IEntropy entropy)
        {
            _record = new SealedRecord(store, sealer, entropy, RecordName);
        }

        /// <summary>
        /// Reads it. The verdict is Opened when it was whole; otherwise both networks are null, and the board has none until it is told one.
        /// </summary>
        public SealVerdict Load(out NetworkCredentials worked, out NetworkCredentials next)
        {
            worked = null;
            next = null;
            byte[] body = _record.Read(out SealVerdict verdict);
            if (body is null)
            {
                return verdict;
            }

            var reader = new CborReader(body);
            reader.Map(4);
            NetworkCredentials first = Read(reader, 1);
            NetworkCredentials second = Read(reader, 3);
            bool complete = reader.IsComplete;
            FixedTime.Clear(body);
            if (!complete)
            {
                return SealVerdict.Malformed;
            }

            worked = first;
            next = second.Name.Length == 0 ? null : second;
            return verdict;
        }

        /// <summary>Seals and stores both; next may be null. False when the board has no seal key: then nothing was stored.</summary>
        public bool Save(NetworkCredentials worked, NetworkCredentials next)
        {
            if (worked is null)
            {
                throw new ArgumentNullException(nameof(worked));
            }

            byte[] body = new CborWriter().Map(4)
                .Unsigned(1).Text(worked.Name)
                .Unsigned(2).Text(worked.Password)
                .Unsigned(3).Text(next is null ? "" : next.Name)
                .Unsigned(4).Text(next is null ? "" : next.Password)
                .ToArray();
            bool isSaved = _record.Write(body);
            FixedTime.Clear(body);
            return isSaved;
        }

        /// <summary>
        /// Moves the network of a board that was provisioned before it was sealed out of its identity record. The sealed one comes first, so
        /// a cut between the two does it again.
        /// </summary>
        public void SealOld(IdentityMessage identity)
        {
            if (identity is null || identity.NetworkName.Length == 0)
            {
                return;
            }

            bool isSealed = Load(out NetworkCredentials _, out NetworkCredentials _) == SealVerdict.Opened
                || Save(new NetworkCredentials(identity.NetworkName, identity.NetworkPassword), null);
            if (isSealed)
            {
                IdentityRecord.Save(_record.Store, identity.WithoutNetwork());
            }
        }

        private static NetworkCredentials Read(CborReader reader, int key)
        {
            reader.Key(key);
            string name = reader.Text(0, NetworkCredentials.MaximumName);
            reader.Key(key + 1);
            string password = reader.Text(0, LongestPassword);
            return new NetworkCredentials(name ?? "", password ?? "");
        }
    }
}

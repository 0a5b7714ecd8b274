using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Connect
{
    /// <summary>
    /// The networks that the owner has set: the last one that worked and a newer one that has not yet. One record, so that each change is one
    /// step of the store: {1: name that worked, 2: its password, 3: new name, 4: its password}, empty texts where there is none.
    /// </summary>
    public static class NetworkRecord
    {
        private const string RecordName = "network";

        /// <summary>What is stored; when nothing valid is, the factory's network is the one that worked.</summary>
        public static NetworkChoice Load(RecordStore store, NetworkCredentials factory)
        {
            if (store is null || factory is null)
            {
                throw new ArgumentNullException(nameof(store));
            }

            byte[] body = store.Read(RecordName);
            if (body is null)
            {
                return new NetworkChoice(factory, null);
            }

            var reader = new CborReader(body);
            reader.Map(4);
            NetworkCredentials worked = Read(reader, 1);
            NetworkCredentials next = Read(reader, 3);
            bool complete = reader.IsComplete;
            FixedTime.Clear(body);
            return complete ? new NetworkChoice(worked.Name.Length == 0 ? factory : worked, next.Name.Length == 0 ? null : next) : new NetworkChoice(factory, null);
        }

        /// <summary>Stores a choice.</summary>
        public static void Save(RecordStore store, NetworkChoice choice)
        {
            if (store is null || choice is null)
            {
                throw new ArgumentNullException(nameof(store));
            }

            NetworkCredentials next = choice.Next;
            byte[] body = new CborWriter().Map(4)
                .Unsigned(1).Text(choice.Worked.Name)
                .Unsigned(2).Text(choice.Worked.Password)
                .Unsigned(3).Text(next is null ? "" : next.Name)
                .Unsigned(4).Text(next is null ? "" : next.Password)
                .ToArray();
            store.Write(RecordName, body);
            FixedTime.Clear(body);
        }

        private static NetworkCredentials Read(CborReader reader, int key)
        {
            reader.Key(key);
            string name = reader.Text(0, NetworkCredentials.MaximumName);
            reader.Key(key + 1);
            string password = reader.Text(0, 64);
            return new NetworkCredentials(name ?? "", password ?? "");
        }
    }
}

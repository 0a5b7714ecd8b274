using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Ports;
using DeviceFirmware.Storage;

namespace DeviceFirmware.Lifecycle
{
    /// <summary>
    /// Makes a board nobody's. <see cref="Begin"/> stores a marker; the next start, and every one until it is done, removes everything before it
    /// does anything else; the marker goes last. So a cut leaves the board as it was or on its way to being new, never half of itself in use. It
    /// removes files; blocks of flash that held them keep their bytes until they are used again (THREATS.md).
    /// </summary>
    public static class Wipe
    {
        /// <summary>The marker's record.</summary>
        public const string RecordName = "wipe";

        /// <summary>From here on the board will be wiped, whatever happens.</summary>
        public static void Begin(RecordStore store)
        {
            if (store is null)
            {
                throw new ArgumentNullException(nameof(store));
            }

            store.Write(RecordName, new CborWriter().Map(1).Unsigned(0).Unsigned(1).ToArray());
        }

        /// <summary>True when a wipe has begun and is not done.</summary>
        public static bool HasBegun(RecordStore store)
        {
            if (store is null)
            {
                throw new ArgumentNullException(nameof(store));
            }

            return !(store.Read(RecordName) is null);
        }

        /// <summary>Removes everything, from wherever it stopped. Before anything else of a start, when <see cref="HasBegun"/>.</summary>
        /// <param name="store">The records.</param>
        /// <param name="files">The files they lie in.</param>
        /// <param name="platform">What the platform keeps by itself; null where it keeps nothing.</param>
        public static void Finish(RecordStore store, IFiles files, IPlatformStore platform)
        {
            if (store is null || files is null)
            {
                throw new ArgumentNullException(nameof(store));
            }

            string[] records = StoredRecords.Wiped();
            for (int i = 0; i < records.Length; i++)
            {
                store.Delete(records[i]);
            }

            if (!(platform is null))
            {
                platform.Forget();
            }

            string[] names = StoredRecords.WipedFiles();
            for (int i = 0; i < names.Length; i++)
            {
                files.Delete(names[i]);
            }

            store.Delete(RecordName);
        }
    }
}

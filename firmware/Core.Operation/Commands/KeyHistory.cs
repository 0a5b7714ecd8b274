using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Commands
{
    /// <summary>What the board remembers of one command key: {1: key hash, 2: retired, 3: own sequence, 4: own hash, 5: group sequence, 6: group hash}.</summary>
    internal sealed class KeyHistory
    {
        internal KeyHistory(byte[] key)
        {
            Key = key;
            OwnHash = new byte[0];
            GroupHash = new byte[0];
        }

        /// <summary>Its key hash.</summary>
        internal byte[] Key { get; }

        /// <summary>True when it is obeyed no more.</summary>
        internal bool IsRetired { get; set; }

        /// <summary>Number of the last order to this board; 0 before the first.</summary>
        internal long OwnSequence { get; set; }

        /// <summary>That order's hash.</summary>
        internal byte[] OwnHash { get; set; }

        /// <summary>Number of the last order to the board's group; 0 before the first.</summary>
        internal long GroupSequence { get; set; }

        /// <summary>That order's hash.</summary>
        internal byte[] GroupHash { get; set; }

        internal void Write(CborWriter writer)
        {
            writer.Map(6)
                .Unsigned(1).Bytes(Key)
                .Unsigned(2).Unsigned(IsRetired ? 1 : 0)
                .Unsigned(3).Unsigned(OwnSequence)
                .Unsigned(4).Bytes(OwnHash)
                .Unsigned(5).Unsigned(GroupSequence)
                .Unsigned(6).Bytes(GroupHash);
        }

        internal static KeyHistory Read(CborReader reader, long maximumSequence)
        {
            reader.Map(6);
            reader.Key(1);
            var history = new KeyHistory(reader.Bytes(Sha256.Size, Sha256.Size));
            reader.Key(2);
            history.IsRetired = reader.Unsigned(1) == 1;
            reader.Key(3);
            history.OwnSequence = reader.Unsigned(maximumSequence);
            reader.Key(4);
            history.OwnHash = reader.Bytes(0, Sha256.Size);
            reader.Key(5);
            history.GroupSequence = reader.Unsigned(maximumSequence);
            reader.Key(6);
            history.GroupHash = reader.Bytes(0, Sha256.Size);
            return history;
        }
    }
}

using System;

namespace DeviceFirmware.Storage
{
    /// <summary>The flash did not keep what was written, or the file system could not do what it was asked: the hardware's fault, not an attack and not misuse.</summary>
    public sealed class StorageFailedException : Exception
    {
        /// <summary>Names the record or file.</summary>
        public StorageFailedException(string name)
            : base("storage did not keep " + name)
        {
        }

        /// <summary>Names the record or file, and what the file system said.</summary>
        public StorageFailedException(string name, string why)
            : base("storage failed with " + name + ": " + why)
        {
        }
    }
}

using System;

namespace DeviceFirmware.Storage
{
    /// <summary>The flash did not keep what was written: the hardware's fault, not an attack and not misuse.</summary>
    public sealed class StorageFailedException : Exception
    {
        /// <summary>Names the record or file.</summary>
        public StorageFailedException(string name)
            : base("storage did not keep " + name)
        {
        }
    }
}

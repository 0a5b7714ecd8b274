using DeviceFirmware.Anchors;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Loader
{
    /// <summary>The table of an embedded key, in the Anchors assembly.</summary>
    internal sealed class EmbeddedKeyTable : P256KeyTable
    {
        private readonly int _index;

        private EmbeddedKeyTable(int index)
        {
            _index = index;
        }

        /// <inheritdoc/>
        public override long[] Load()
        {
            return EnvironmentAnchors.OtaTable(_index);
        }

        /// <summary>One for each OTA key, in their order.</summary>
        internal static P256KeyTable[] OfOtaKeys()
        {
            P256KeyTable[] tables = new P256KeyTable[EnvironmentAnchors.OtaKeys().Length];

            for (int i = 0; i < tables.Length; i++)
            {
                tables[i] = new EmbeddedKeyTable(i);
            }

            return tables;
        }
    }
}

using DeviceFirmware.Crypto;

namespace DeviceFirmware.Tests
{
    /// <summary>An embedded key's table that a test computed.</summary>
    internal sealed class KeyTableOfWords : P256KeyTable
    {
        private readonly long[] _words;

        /// <summary>A table of these words.</summary>
        public KeyTableOfWords(long[] words)
        {
            _words = words;
        }

        /// <inheritdoc/>
        public override long[] Load()
        {
            return (long[])_words.Clone();
        }
    }
}

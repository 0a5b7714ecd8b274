namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// Multiples of one public key, computed when the firmware was built, with which its signatures are verified three times as fast. It is in the code; an object of
    /// this type only knows where. The words are four tables of 32 points of eight words (x, then y, times 2^261 modulo p, least significant word first), of
    /// table t and entry i the point Σ ±2^(11·row)·Q over the table's rows 0-5, 15-20, 6-11 or 12-14 and 21-23, with plus for the last row and for those whose bit of i is
    /// set; then a word that ties table and key together.
    /// </summary>
    public abstract class P256KeyTable
    {
        /// <summary>Number of words, the check among them.</summary>
        public const int WordCount = 1025;

        /// <summary>A fresh copy of the words, which lives as long as one verification: 8 KB of heap.</summary>
        /// <returns><see cref="WordCount"/> words.</returns>
        public abstract long[] Load();

        /// <summary>
        /// True when the words were made for this key: a checksum (FNV-1a over words) of point and table. It finds accidents, as of a table left over from another
        /// key. It is no defence: table and key are code of one deployment, and who can change one can change the other.
        /// </summary>
        internal bool BelongsTo(byte[] point)
        {
            long[] words = Load();

            if (words is null || words.Length != WordCount)
            {
                return false;
            }

            ulong sum = 0xCBF29CE484222325;

            for (int i = 0; i < point.Length; i++)
            {
                sum = (sum ^ point[i]) * 0x100000001B3;
            }

            for (int i = 0; i < WordCount - 1; i++)
            {
                sum = (sum ^ (ulong)words[i]) * 0x100000001B3;
            }

            return sum == (ulong)words[WordCount - 1];
        }
    }
}

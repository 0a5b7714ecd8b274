using System;

namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// The DER form of an ECDSA signature, a SEQUENCE of the INTEGERs r and s (RFC 3279 §2.2.3), as certificates and MCUboot images carry it.
    /// </summary>
    public static class EcdsaSignatureDer
    {
        private const byte SequenceTag = 0x30;
        private const byte IntegerTag = 0x02;
        private const int HeaderSize = 2;
        private const byte SignBit = 0x80;

        /// <summary>Writes a signature in DER: shortest lengths, shortest integers.</summary>
        /// <param name="signature">r and s, 64 bytes.</param>
        /// <returns>The DER encoding, at most 72 bytes.</returns>
        /// <exception cref="ArgumentNullException">The signature is null.</exception>
        /// <exception cref="ArgumentException">The signature is not 64 bytes long.</exception>
        public static byte[] Encode(byte[] signature)
        {
            Arguments.CheckLength(signature, Ecdsa.SignatureSize, nameof(signature));

            return EncodeCore(signature);
        }

        /// <summary>Reads a signature in strict DER (X.690 §8.3, §10.1) that may come from anybody.</summary>
        /// <param name="der">The array that holds the encoding.</param>
        /// <param name="offset">Where it starts.</param>
        /// <param name="count">Its length in bytes.</param>
        /// <returns>
        /// r and s, 64 bytes; or null unless the bytes are exactly one SEQUENCE of two INTEGERs with shortest lengths, shortest values, none
        /// negative, none above 32 bytes, and nothing after. Whether r and s are in range is for <see cref="Ecdsa.Verify"/> to say.
        /// </returns>
        /// <exception cref="ArgumentNullException">The array is null.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The part lies outside the array.</exception>
        public static byte[] Decode(byte[] der, int offset, int count)
        {
            Arguments.CheckRange(der, offset, count, nameof(der));

            return DecodeCore(der, offset, offset + count);
        }

        private static byte[] EncodeCore(byte[] signature)
        {
            int rSize = IntegerSize(signature, 0);
            int sSize = IntegerSize(signature, Limbs.ByteCount);
            int contentSize = HeaderSize + rSize + HeaderSize + sSize;
            byte[] der = new byte[HeaderSize + contentSize];

            der[0] = SequenceTag;
            der[1] = (byte)contentSize;
            PutInteger(signature, 0, der, HeaderSize, rSize);
            PutInteger(signature, Limbs.ByteCount, der, HeaderSize + HeaderSize + rSize, sSize);

            return der;
        }

        // Length of the shortest two's complement form of a number of 32 bytes.
        private static int IntegerSize(byte[] signature, int offset)
        {
            int zeros = 0;

            while (zeros < Limbs.ByteCount - 1 && signature[offset + zeros] == 0)
            {
                zeros++;
            }

            int size = Limbs.ByteCount - zeros;

            return (signature[offset + zeros] & SignBit) == 0 ? size : size + 1;
        }

        private static void PutInteger(byte[] signature, int offset, byte[] der, int position, int size)
        {
            int taken = size > Limbs.ByteCount ? Limbs.ByteCount : size;

            der[position] = IntegerTag;
            der[position + 1] = (byte)size;

            // A 33rd byte, the first, stays 0 and only says that the number is not negative.
            Array.Copy(signature, offset + Limbs.ByteCount - taken, der, position + HeaderSize + size - taken, taken);
        }

        private static byte[] DecodeCore(byte[] der, int offset, int end)
        {
            // At most 70 bytes of content: in DER that is a length of one byte, so any long form is refused with it.
            if (end - offset < HeaderSize || der[offset] != SequenceTag || der[offset + 1] != end - offset - HeaderSize)
            {
                return null;
            }

            byte[] signature = new byte[Ecdsa.SignatureSize];
            int afterR = TakeInteger(der, offset + HeaderSize, end, signature, 0);

            if (afterR < 0)
            {
                return null;
            }

            int afterS = TakeInteger(der, afterR, end, signature, Limbs.ByteCount);

            return afterS == end ? signature : null;
        }

        // Reads one INTEGER into 32 bytes; gives the position after it, or -1 when it is not one that we accept.
        private static int TakeInteger(byte[] der, int position, int end, byte[] signature, int offset)
        {
            if (end - position < HeaderSize + 1 || der[position] != IntegerTag)
            {
                return -1;
            }

            int size = der[position + 1];
            int start = position + HeaderSize;

            if (size == 0 || size > Limbs.ByteCount + 1 || size > end - start)
            {
                return -1;
            }

            bool isNegative = (der[start] & SignBit) != 0;
            bool isPadded = size > 1 && der[start] == 0;

            // A leading zero is there exactly when the next byte would make the number negative.
            if (isNegative || (isPadded && (der[start + 1] & SignBit) == 0))
            {
                return -1;
            }

            int skipped = isPadded ? 1 : 0;
            int taken = size - skipped;

            if (taken > Limbs.ByteCount)
            {
                return -1;
            }

            Array.Copy(der, start + skipped, signature, offset + Limbs.ByteCount - taken, taken);

            return start + size;
        }
    }
}

using DeviceFirmware.Bytes;

namespace DeviceFirmware.Image
{
    /// <summary>
    /// The two TLV areas of an MCUboot image, taken apart. Area: magic (2 bytes, little-endian), length with this head (2), then entries of
    /// type (2), length (2), value. Only the types below are known; anything else, anything twice, anything in the wrong area is refused. The
    /// unprotected area has its entries in imgtool's order and no other, so that what no signature covers cannot be shuffled.
    /// </summary>
    internal sealed class ImageTlvs
    {
        internal const int HeadSize = 4;

        private const int ProtectedMagic = 0x6908;
        private const int UnprotectedMagic = 0x6907;
        private const int KeyHashType = 0x01;
        private const int Sha256Type = 0x10;
        private const int EcdsaType = 0x22;
        private const int SecurityCounterType = 0x50;
        private const int BoardTypeType = 0xA0;
        private const int PayloadKindType = 0xA1;
        private const int MinimumLoaderType = 0xA2;
        private const int CoreLibraryType = 0xA3;

        internal byte[] Digest { get; private set; }

        internal byte[] KeyHash { get; private set; }

        internal byte[] SignatureDer { get; private set; }

        internal byte[] SecurityCounter { get; private set; }

        internal byte[] BoardType { get; private set; }

        internal byte[] PayloadKind { get; private set; }

        internal byte[] MinimumLoader { get; private set; }

        internal byte[] CoreLibrary { get; private set; }

        /// <summary>The type that made the verdict <see cref="ImageVerdict.UnknownTlv"/> or <see cref="ImageVerdict.DuplicateTlv"/>.</summary>
        internal int Culprit { get; private set; }

        /// <summary>
        /// Reads both areas from everything behind the payload. <see cref="ImageVerdict.Accepted"/> says that the areas are well-formed and
        /// end with the image, no more.
        /// </summary>
        internal ImageVerdict Read(byte[] area, int protectedSize)
        {
            if (protectedSize != 0)
            {
                ImageVerdict verdict = Area(area, 0, ProtectedMagic, protectedSize);
                if (verdict != ImageVerdict.Accepted)
                {
                    return verdict;
                }
            }

            int rest = area.Length - protectedSize;
            if (rest < HeadSize)
            {
                return ImageVerdict.Truncated;
            }

            int length = LittleEndian.GetUInt16(area, protectedSize + 2);
            if (LittleEndian.GetUInt16(area, protectedSize) != UnprotectedMagic)
            {
                return ImageVerdict.MalformedTlv;
            }

            if (length != rest)
            {
                return length > rest ? ImageVerdict.Truncated : ImageVerdict.TrailingBytes;
            }

            return Area(area, protectedSize, UnprotectedMagic, rest);
        }

        private ImageVerdict Area(byte[] area, int start, int magic, int size)
        {
            if (size < HeadSize || size > area.Length - start
                || LittleEndian.GetUInt16(area, start) != magic
                || LittleEndian.GetUInt16(area, start + 2) != size)
            {
                return ImageVerdict.MalformedTlv;
            }

            int end = start + size;
            int position = start + HeadSize;
            while (position < end)
            {
                if (end - position < HeadSize)
                {
                    return ImageVerdict.MalformedTlv;
                }

                int type = LittleEndian.GetUInt16(area, position);
                int length = LittleEndian.GetUInt16(area, position + 2);
                position += HeadSize;
                if (length > end - position)
                {
                    return ImageVerdict.MalformedTlv;
                }

                byte[] value = ByteArray.Slice(area, position, length);
                position += length;
                ImageVerdict verdict = magic == ProtectedMagic ? TakeProtected(type, value) : TakeUnprotected(type, value);
                if (verdict != ImageVerdict.Accepted)
                {
                    Culprit = type;
                    return verdict;
                }
            }

            return ImageVerdict.Accepted;
        }

        private ImageVerdict TakeProtected(int type, byte[] value)
        {
            byte[] before;
            switch (type)
            {
                case SecurityCounterType:
                    before = SecurityCounter;
                    SecurityCounter = value;
                    break;
                case BoardTypeType:
                    before = BoardType;
                    BoardType = value;
                    break;
                case PayloadKindType:
                    before = PayloadKind;
                    PayloadKind = value;
                    break;
                case MinimumLoaderType:
                    before = MinimumLoader;
                    MinimumLoader = value;
                    break;
                case CoreLibraryType:
                    before = CoreLibrary;
                    CoreLibrary = value;
                    break;
                default:
                    return ImageVerdict.UnknownTlv;
            }

            return before is null ? ImageVerdict.Accepted : ImageVerdict.DuplicateTlv;
        }

        private ImageVerdict TakeUnprotected(int type, byte[] value)
        {
            byte[] before;
            bool isLate = false;
            switch (type)
            {
                case Sha256Type:
                    before = Digest;
                    Digest = value;
                    isLate = !(KeyHash is null) || !(SignatureDer is null);
                    break;
                case KeyHashType:
                    before = KeyHash;
                    KeyHash = value;
                    isLate = !(SignatureDer is null);
                    break;
                case EcdsaType:
                    before = SignatureDer;
                    SignatureDer = value;
                    break;

                // IMAGE_TLV_RSA2048_PSS, ECDSA224, RSA3072_PSS, ED25519, SIG_PURE.
                case 0x20:
                case 0x21:
                case 0x23:
                case 0x24:
                case 0x25:
                    return ImageVerdict.OtherSignatureType;
                default:
                    return ImageVerdict.UnknownTlv;
            }

            if (!(before is null))
            {
                return ImageVerdict.DuplicateTlv;
            }

            return isLate ? ImageVerdict.MalformedTlv : ImageVerdict.Accepted;
        }
    }
}

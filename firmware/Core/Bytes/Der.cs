using System;

namespace DeviceFirmware.Bytes
{
    /// <summary>Writes DER (X.690), from the inside out.</summary>
    public static class Der
    {
        /// <summary>Universal tags, constructed bit included where it belongs.</summary>
        public const int BooleanTag = 0x01;
        /// <summary>INTEGER.</summary>
        public const int IntegerTag = 0x02;
        /// <summary>BIT STRING.</summary>
        public const int BitStringTag = 0x03;
        /// <summary>OCTET STRING.</summary>
        public const int OctetStringTag = 0x04;
        /// <summary>OBJECT IDENTIFIER.</summary>
        public const int ObjectIdentifierTag = 0x06;
        /// <summary>UTF8String.</summary>
        public const int Utf8StringTag = 0x0C;
        /// <summary>PrintableString.</summary>
        public const int PrintableStringTag = 0x13;
        /// <summary>UTCTime.</summary>
        public const int UtcTimeTag = 0x17;
        /// <summary>GeneralizedTime.</summary>
        public const int GeneralizedTimeTag = 0x18;
        /// <summary>SEQUENCE.</summary>
        public const int SequenceTag = 0x30;
        /// <summary>SET.</summary>
        public const int SetTag = 0x31;

        /// <summary>One item: tag, length, content. At most 65,535 bytes of content.</summary>
        public static byte[] Item(int tag, byte[] content)
        {
            if (content is null || content.Length > 0xFFFF)
            {
                throw new ArgumentException(nameof(content));
            }

            int headLength = content.Length < 0x80 ? 2 : content.Length < 0x100 ? 3 : 4;
            var item = new byte[headLength + content.Length];
            item[0] = (byte)tag;
            if (headLength == 2)
            {
                item[1] = (byte)content.Length;
            }
            else if (headLength == 3)
            {
                item[1] = 0x81;
                item[2] = (byte)content.Length;
            }
            else
            {
                item[1] = 0x82;
                BigEndian.PutUInt16(item, 2, content.Length);
            }

            Array.Copy(content, 0, item, headLength, content.Length);
            return item;
        }

        /// <summary>A SEQUENCE of those items.</summary>
        public static byte[] Sequence(params byte[][] items)
        {
            return Item(SequenceTag, ByteArray.Concat(items));
        }

        /// <summary>A BIT STRING without unused bits.</summary>
        public static byte[] BitString(byte[] bits)
        {
            return Item(BitStringTag, ByteArray.Concat(new byte[1], bits));
        }
    }
}

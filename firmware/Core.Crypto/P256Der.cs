using System;

namespace DeviceFirmware.Crypto
{
    /// <summary>
    /// The two DER encodings of P-256 keys. For this curve, uncompressed points and no optional parts, everything but point and scalar is constant.
    /// </summary>
    internal static class P256Der
    {
        internal const int SubjectPublicKeyInfoSize = 91;
        internal const int Sec1Size = 121;

        /// <summary>SubjectPublicKeyInfo (RFC 5280 §4.1, RFC 5480 §2) of an uncompressed point of 65 bytes.</summary>
        internal static byte[] WriteSubjectPublicKeyInfo(byte[] point)
        {
            byte[] header = SubjectPublicKeyInfoHeader();
            byte[] der = new byte[SubjectPublicKeyInfoSize];
            Array.Copy(header, 0, der, 0, header.Length);
            Array.Copy(point, 0, der, header.Length, point.Length);

            return der;
        }

        /// <summary>Where the point starts in a SubjectPublicKeyInfo of ours, or -1 when the bytes are not exactly that form.</summary>
        internal static int FindPoint(byte[] der, int offset, int count)
        {
            byte[] header = SubjectPublicKeyInfoHeader();

            if (count != SubjectPublicKeyInfoSize)
            {
                return -1;
            }

            for (int i = 0; i < header.Length; i++)
            {
                if (der[offset + i] != header[i])
                {
                    return -1;
                }
            }

            return offset + header.Length;
        }

        /// <summary>ECPrivateKey (RFC 5915 §3, SEC 1 §C.4) with curve and public key, of a scalar of 32 bytes and a point of 65.</summary>
        internal static byte[] WriteSec1(byte[] scalar, byte[] point)
        {
            byte[] beforeScalar = new byte[]
            {
                0x30, 0x77, // SEQUENCE, 119 bytes
                0x02, 0x01, 0x01, // version INTEGER 1
                0x04, 0x20 // privateKey OCTET STRING, 32 bytes
            };
            byte[] beforePoint = new byte[]
            {
                0xA0, 0x0A, // parameters [0]
                0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, // OID 1.2.840.10045.3.1.7, secp256r1
                0xA1, 0x44, // publicKey [1]
                0x03, 0x42, 0x00 // BIT STRING, 66 bytes, no unused bits
            };
            byte[] der = new byte[Sec1Size];
            int position = 0;
            position = Put(der, position, beforeScalar);
            position = Put(der, position, scalar);
            position = Put(der, position, beforePoint);
            Put(der, position, point);

            return der;
        }

        private static byte[] SubjectPublicKeyInfoHeader()
        {
            return new byte[]
            {
                0x30, 0x59, // SEQUENCE, 89 bytes
                0x30, 0x13, // algorithm SEQUENCE
                0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01, // OID 1.2.840.10045.2.1, id-ecPublicKey
                0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, // OID 1.2.840.10045.3.1.7, secp256r1
                0x03, 0x42, 0x00 // BIT STRING, 66 bytes, no unused bits
            };
        }

        private static int Put(byte[] destination, int position, byte[] source)
        {
            Array.Copy(source, 0, destination, position, source.Length);

            return position + source.Length;
        }
    }
}

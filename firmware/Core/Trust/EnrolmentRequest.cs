using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Identity;

namespace DeviceFirmware.Trust
{
    /// <summary>The board asks for an operational certificate: {1: PKCS#10 DER}, signed by the key that the certificate is for.</summary>
    public static class EnrolmentRequest
    {
        /// <summary>Most bytes of the PKCS#10.</summary>
        public const int MaximumSize = 512;

        /// <summary>The message.</summary>
        public static byte[] Encode(byte[] request)
        {
            if (request is null || request.Length == 0 || request.Length > MaximumSize)
            {
                throw new ArgumentException(nameof(request));
            }

            return new CborWriter().Map(1).Unsigned(1).Bytes(request).ToArray();
        }

        /// <summary>The PKCS#10 in it, DER; null when it is malformed. What is in it is for <see cref="CertificateRequest"/>.</summary>
        public static byte[] Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(1);
            reader.Key(1);
            byte[] request = reader.Bytes(1, MaximumSize);
            return reader.IsComplete ? request : null;
        }
    }
}

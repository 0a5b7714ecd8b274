using DeviceFirmware.Bytes;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Storage
{
    /// <summary>
    /// Known answers of a sealer, asked before the first use in a boot: an AES that ignores its initialization vector, or a MAC of another
    /// function, would still open what it sealed itself.
    /// </summary>
    public static class SealerTest
    {
        /// <summary>NIST SP 800-38A F.2.1 and F.2.2, two blocks; RFC 4231 case 1.</summary>
        public static bool Passes(ISealer sealer)
        {
            byte[] key = Hex.Decode("2b7e151628aed2a6abf7158809cf4f3c");
            byte[] iv = Hex.Decode("000102030405060708090a0b0c0d0e0f");
            byte[] plain = Hex.Decode("6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51");
            byte[] text = Hex.Decode("7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b2");
            byte[] mac = Hex.Decode("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
            var macKey = new byte[20];
            for (int i = 0; i < macKey.Length; i++)
            {
                macKey[i] = 0x0B;
            }

            return ByteArray.AreEqual(sealer.Encrypt(key, iv, plain), text)
                && ByteArray.AreEqual(sealer.Decrypt(key, iv, text), plain)
                && ByteArray.AreEqual(sealer.Mac(macKey, Ascii.GetBytes("Hi There")), mac);
        }
    }
}

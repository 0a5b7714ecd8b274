using DeviceFirmware.Crypto;
using DeviceFirmware.Image;
using DeviceFirmware.Memory;

namespace DeviceFirmware.Tests.Support
{
    /// <summary>Good images by version and counter.</summary>
    internal static class TestImages
    {
        internal static byte[] Of(string version, uint counter)
        {
            return new ImageBuilder { Version = ImageVersion.Parse(version) }.Counter(counter).Build();
        }

        /// <summary>The same image in a file of another hash, made by somebody without a key.</summary>
        internal static byte[] Twin(string version, uint counter)
        {
            return new ImageBuilder { Version = ImageVersion.Parse(version), IsOtherSignature = true }.Counter(counter).Build();
        }

        internal static byte[] FileHash(byte[] image)
        {
            return Sha256.Hash(image);
        }

        /// <summary>The same through its door, as it is in that file.</summary>
        internal static VerifiedImage Verify(MemoryFiles files, string file)
        {
            return VerifiedImage.Check(files, file, TestRules.Standard()).Image;
        }
    }
}

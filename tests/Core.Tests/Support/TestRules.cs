using DeviceFirmware.Crypto;
using DeviceFirmware.Image;

namespace DeviceFirmware.Tests.Support
{
    /// <summary>What the boards of these tests demand of an image.</summary>
    internal static class TestRules
    {
        internal const int MaximumSize = 8192;

        internal static ImageRules Standard()
        {
            return WithCounter(0);
        }

        internal static ImageRules WithCounter(uint minimum)
        {
            return Of(new P256PublicKey[] { TestKeys.Ota.PublicKey, TestKeys.OtaNext.PublicKey }, 2, minimum);
        }

        internal static ImageRules Of(P256PublicKey[] keys, byte payloadKind, uint minimumCounter)
        {
            return new ImageRules(keys, "virtual-board", payloadKind, minimumCounter, new ImageVersion(0, 1, 0, 0), "1.17", MaximumSize);
        }
    }
}

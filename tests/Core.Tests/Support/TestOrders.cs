using DeviceFirmware.Commands;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;
using DeviceFirmware.Trust;
using DeviceFirmware.Update;

namespace DeviceFirmware.Tests.Support
{
    /// <summary>Signed orders and times, as the command key and the fleet make them.</summary>
    internal static class TestOrders
    {
        /// <summary>A year behind the beginning of the test boards' certificates.</summary>
        internal const long End = 1806580800;

        internal static byte[] Sign(Order order)
        {
            return Sign(order, TestKeys.Command);
        }

        internal static byte[] Sign(Order order, P256PrivateKey key)
        {
            byte[] keyHash = key.PublicKey.KeyHash();
            return order.Encode(keyHash, Ecdsa.Sign(key, order.Digest(keyHash)));
        }

        /// <summary>To the test board, without a window.</summary>
        internal static byte[] ToBoard(string verb, long sequence, byte[] arguments)
        {
            return Sign(new Order(verb, TestKeys.Device.PublicKey.KeyHash(), "", sequence, 0, 0, arguments));
        }

        /// <summary>To the test board, until <see cref="End"/>.</summary>
        internal static byte[] Update(long sequence, WantedImage image)
        {
            return Sign(new Order(OrderVerb.Update, TestKeys.Device.PublicKey.KeyHash(), "", sequence, 0, End, image.Encode()));
        }

        /// <summary>The same for an image of the test board's type.</summary>
        internal static byte[] Update(long sequence, byte[] image, string version)
        {
            return Update(sequence, new WantedImage(Sha256.Hash(image), image.Length, ImageVersion.Parse(version), "virtual-board"));
        }

        /// <summary>The fleet's answer to a question for the time.</summary>
        internal static byte[] Time(byte[] request, long time)
        {
            return Time(request, time, TestKeys.Time);
        }

        internal static byte[] Time(byte[] request, long time, P256PrivateKey key)
        {
            byte[] keyHash = key.PublicKey.KeyHash();
            var answer = new SignedTime(SignedTime.DecodeRequest(request), time);
            return answer.Encode(keyHash, Ecdsa.Sign(key, answer.Digest(keyHash)));
        }
    }
}

using System.Security.Cryptography;
using DeviceFirmware.Commands;
using DeviceFirmware.Image;
using DeviceFirmware.Tools;
using DeviceFirmware.Update;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Orders that nobody has signed: the fleet carries and does not judge.</summary>
internal static class Orders
{
    private static long _sequence;

    internal static byte[] Make(string verb, byte[] arguments)
    {
        return new Order(verb, new byte[32], "", Interlocked.Increment(ref _sequence), 0, 4_000_000_000, arguments).Encode(new byte[32], new byte[64]);
    }

    internal static byte[] ToUpdate(byte[] image)
    {
        (string version, string boardType) = ImageLabel.Read(image)!.Value;
        return Make(OrderVerb.Update, new WantedImage(SHA256.HashData(image), image.Length, ImageVersion.Parse(version), boardType).Encode());
    }
}

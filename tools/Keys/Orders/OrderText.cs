using System.Globalization;
using System.Security.Cryptography;
using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Trust;
using DeviceFirmware.Update;

namespace DeviceFirmware.Keys;

/// <summary>An order in a person's words: what is read aloud before and after it is signed.</summary>
internal static class OrderText
{
    internal static IEnumerable<string> Lines(Order order, byte[] message, byte[] signer)
    {
        yield return $"order      {order.Verb} number {order.Sequence}";
        yield return $"to         {(order.IsForGroup ? "group " + order.Group : "board " + Convert.ToHexStringLower(order.KeyHash))}";
        yield return $"window     {Time(order.NotBefore, "any time")} to {Time(order.NotAfter, "no end")}";
        foreach (string line in Arguments(order))
        {
            yield return line;
        }

        yield return $"sha256     {Convert.ToHexStringLower(SHA256.HashData(message))}";
        yield return $"signed by  {Convert.ToHexStringLower(signer)}";
    }

    private static IEnumerable<string> Arguments(Order order)
    {
        if (order.Verb == OrderVerb.Update && WantedImage.Decode(order.Arguments) is WantedImage image)
        {
            yield return $"image      {Convert.ToHexStringLower(image.FileHash)}";
            yield return $"           {image.Version} for {image.BoardType}, {image.Length} bytes";
            yield break;
        }

        if (order.Verb == OrderVerb.Trust && TrustSet.Decode(order.Arguments) is TrustSet set)
        {
            foreach (string line in TrustSetFile.Lines(set))
            {
                yield return line;
            }

            yield break;
        }

        if (order.Arguments.Length == 0)
        {
            yield break;
        }

        CborReader reader = new(order.Arguments);
        reader.Map(1);
        reader.Key(1);
        yield return order.Verb switch
        {
            OrderVerb.Quarantine or OrderVerb.Wipe => $"reason     {reader.Text(0, OrderVerb.MaximumReason)}",
            OrderVerb.Debug => $"seconds    {reader.Unsigned(int.MaxValue)}",
            OrderVerb.RetireKey => $"retires    {Convert.ToHexStringLower(reader.Bytes(32, 32) ?? [])}",
            _ => $"arguments  {Convert.ToHexStringLower(order.Arguments)}",
        };
    }

    private static string Time(long seconds, string none) =>
        seconds == 0 ? none : DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}

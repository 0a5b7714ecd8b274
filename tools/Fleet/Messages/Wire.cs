using DeviceFirmware.Bytes;

namespace DeviceFirmware.Fleet;

// Replaced by Core's own codecs as soon as they are there: one codec for both ends.
internal static class Wire
{
    public static byte[]? Heartbeat(byte[] body)
    {
        CborReader reader = new(body);
        reader.Map(1);
        reader.Key(1);
        byte[] nonce = reader.Bytes(8, 8);
        return reader.IsComplete ? nonce : null;
    }

    public static byte[] Heartbeat2(byte[] nonce)
    {
        return new CborWriter().Map(1).Unsigned(1).Bytes(nonce).ToArray();
    }

    public static (byte[] Hash, int Offset, int Length)? Chunk(byte[] body)
    {
        CborReader reader = new(body);
        reader.Map(3);
        reader.Key(1);
        byte[] hash = reader.Bytes(32, 32);
        reader.Key(2);
        long offset = reader.Unsigned(int.MaxValue);
        reader.Key(3);
        long length = reader.Unsigned(1024);
        return reader.IsComplete ? (hash, (int)offset, (int)length) : null;
    }

    public static byte[] Chunk2(byte[] hash, int offset, byte[] bytes)
    {
        return new CborWriter().Map(3).Unsigned(1).Bytes(hash).Unsigned(2).Unsigned(offset).Unsigned(3).Bytes(bytes).ToArray();
    }

    public static byte[] Offer(byte[] hash, int length, string version, string boardType)
    {
        return new CborWriter().Map(4).Unsigned(1).Bytes(hash).Unsigned(2).Unsigned(length).Unsigned(3).Text(version).Unsigned(4).Text(boardType).ToArray();
    }
}

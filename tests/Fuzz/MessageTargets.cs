using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;
using DeviceFirmware.Memory;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Update;

namespace DeviceFirmware.Fuzz;

/// <summary>CBOR on the serial line, by MQTT and in flash. A body that is read has one encoding: written again it is the same bytes.</summary>
internal static class MessageTargets
{
    private const string Record = "slots";

    private static readonly Func<byte[], byte[]?>[] _serial =
    [
        body => HelloMessage.Decode(body)?.Encode(),
        body => AssignMessage.Decode(body)?.Encode(),
        body => IdentityMessage.Decode(body)?.Encode(),
        body => ImageBeginMessage.Decode(body)?.Encode(),
        body => ImageChunkMessage.Decode(body)?.Encode(),
        body => BoardMessage.Decode(body)?.Encode(),
        body => CsrMessage.Decode(body)?.Encode(),
        body => RefusedMessage.Decode(body)?.Encode(),
        body => AckMessage.Decode(body)?.Encode(),
        body => SecretsMessage.Decode(body)?.Encode(),
        body => SecretsKeptMessage.Decode(body)?.Encode(),
    ];

    private static readonly Func<byte[], byte[]?>[] _mqtt =
    [
        body => Heartbeat.Decode(body)?.Encode(),
        body => WantedImage.Decode(body) is WantedImage offer ? Offer(body, offer) : null,
        body => ChunkRequest.Decode(body)?.Encode(),
        body => ChunkReply.Decode(body)?.Encode(),
    ];

    public static Target Cbor { get; } = new("cbor", SerialSeeds, new CborGrammar(), null, input => Read(_serial, input), 8 * 1024, 16);

    public static Target Mqtt { get; } = new("mqtt", MqttSeeds, new CborGrammar(), null, input => Read(_mqtt, input), 8 * 1024, 16);

    public static Target Frames { get; } = new("frames", FrameSeeds, null, SumFrame, ReadFrames, 16 * 1024, 128);

    public static Target Records { get; } = new("records", RecordSeeds, null, SealRecord, ReadRecord, 24 * 1024, 32);

    private static byte[][] SerialSeeds() =>
    [
        new HelloMessage(new byte[8]).Encode(),
        new AssignMessage("dev-1").Encode(),
        new IdentityMessage(new byte[40], new byte[30], "host", 1, 1, "n", "p").Encode(),
        new ImageBeginMessage(70000, new byte[32]).Encode(),
        new ImageChunkMessage(70000, new byte[32]).Encode(),
        new BoardMessage(BoardState.Recovery, "a", "b", "c", "d", new byte[32], "e", new byte[8]).Encode(),
        new CsrMessage(new byte[50], new byte[32]).Encode(),
        new RefusedMessage("a", "b", new byte[32]).Encode(),
        new AckMessage(new byte[32]).Encode(),
        new SecretsMessage("0123456789ABCDEFGHJK"u8.ToArray(), "MNPQRSTVWXYZ"u8.ToArray(), new byte[32]).Encode(),
        new SecretsKeptMessage(new byte[32]).Encode(),
    ];

    private static byte[][] MqttSeeds() =>
    [
        new Heartbeat(new byte[8]).Encode(),
        new WantedImage(new byte[32], 70000, ImageVersion.Parse("1.2.3"), "virtual-board").Encode(),
        new ChunkRequest(new byte[32], 1024, 1024).Encode(),
        new ChunkReply(new byte[32], 1024, new byte[20]).Encode(),
    ];

    private static byte[][] FrameSeeds() =>
    [
        .. SerialSeeds().Select((body, i) => new SerialFrame((byte)(i + 1), body).Encode()),
        [.. "id\r\n"u8, .. new SerialFrame(1, new HelloMessage(new byte[8]).Encode()).Encode(), .. "help\n"u8],
    ];

    private static byte[][] RecordSeeds()
    {
        byte[] counter = [0, 0, 0, 7];
        return
        [
            Sealed(new SlotRecord { Active = 0 }.Slot(0, SlotState.Confirmed, 0, 7).Slot(1, SlotState.Trial, 2, 8).Encode()),
            Sealed(new IdentityMessage(new byte[40], new byte[30], "host", 1, 1, "n", "p").Encode()),
            Sealed(counter),
        ];
    }

    private static string Read(Func<byte[], byte[]?>[] readers, byte[] input)
    {
        int read = 0;
        for (int i = 0; i < readers.Length; i++)
        {
            if (readers[i](input) is byte[] again)
            {
                read |= 1 << i;
                if (!again.AsSpan().SequenceEqual(input))
                {
                    throw new BrokenPromiseException($"reader {i}: a body that has two encodings");
                }
            }
        }

        return ((char)('a' + (read & 15))).ToString() + (char)('a' + ((read >> 4) & 15)) + (char)('a' + (read >> 8));
    }

    /// <summary>A version may be written without its build number 0; apart from that an offer has one encoding.</summary>
    private static byte[] Offer(byte[] body, WantedImage offer)
    {
        byte[] full = offer.Encode();
        return WantedImage.Decode(full).Encode().AsSpan().SequenceEqual(full) && full.Length - body.Length is 0 or 2 ? body : full;
    }

    private static string ReadFrames(byte[] input)
    {
        SerialFrameReader reader = new();
        int frames = 0;
        int lines = 0;
        string read = "";
        foreach (byte value in input)
        {
            reader.Take(value);
            lines += reader.Line is null ? 0 : 1;
            if (reader.Frame is SerialFrame frame)
            {
                frames++;
                read = Read(_serial, frame.Body);
                if (input.AsSpan().IndexOf(frame.Encode()) < 0)
                {
                    throw new BrokenPromiseException("a frame that was not on the line");
                }
            }
        }

        return $"{Math.Min(frames, 2) switch { 0 => "none", 1 => "one", _ => "more" }} {lines > 0} {reader.Broken > 0} {read}";
    }

    /// <summary>The input as a frame whose length and checksum are right.</summary>
    private static byte[] SumFrame(byte[] input) =>
        input.Length < 8 ? input : new SerialFrame(input[2], input[5..Math.Min(input.Length - 3, 5 + SerialFrame.MaximumBody)]).Encode();

    private static string ReadRecord(byte[] input)
    {
        MemoryFiles files = new();
        files.Put("slots.0", input);
        files.Put("identity.0", input);
        files.Put("counter.1", input);
        files.Put("key.1", input);
        files.Put("identity-key.0", input);
        files.Put("seal.1", input);
        RecordStore store = new(files);
        SlotTable table = SlotTable.Load(store);
        bool known = IdentityRecord.Load(store) is not null;
        uint counter = new SecurityCounter(store, 0).Value;
        bool key = TestBoard.KeyOf(store) is not null;
        if (known || key || counter != 0 || SealKey.Exists(store))
        {
            throw new BrokenPromiseException("a record was taken for another one's");
        }

        return table.Describe();
    }

    /// <summary>The body of a record that was changed, sealed again.</summary>
    private static byte[] SealRecord(byte[] input) => input.Length <= 44 ? input : Sealed(input[12..Math.Min(input.Length - 32, RecordStore.MaximumBody + 12)]);

    private static byte[] Sealed(byte[] body)
    {
        MemoryFiles files = new();
        new RecordStore(files).Write(Record, body);
        return files.Peek(Record + ".0");
    }
}

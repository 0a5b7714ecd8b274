using System.Text;
using DeviceFirmware.Bytes;
using DeviceFirmware.Commands;
using DeviceFirmware.Connect;
using DeviceFirmware.Crypto;
using DeviceFirmware.Ledger;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Fuzz;

/// <summary>What reaches a board in the field: signed messages from the broker, requests at the setup page, records in its flash.</summary>
internal static class FieldTargets
{
    private const string Label = "7XK2M9QD4T0AXYZW";
    private const int MaximumPayload = 512;

    private static readonly string[] _records = ["orders", "boots", "network"];

    public static Target Signed { get; } = new("signed", SignedSeeds, new CborGrammar(), null, ReadSigned, 16 * 1024, 32);

    public static Target Setup { get; } = new("setup", SetupSeeds, null, null, ReadRequest, 16 * 1024, 32);

    public static Target Stored { get; } = new("stored", StoredSeeds, new CborGrammar(), null, ReadStored, 64 * 1024, 64);

    private static byte[][] SignedSeeds() =>
    [
        TestOrders.ToBoard(OrderVerb.Restart, 7, []),
        TestOrders.Update(8, new byte[60], "1.2.3"),
        TestOrders.Time(SignedTime.EncodeRequest(new byte[SignedTime.NonceSize]), 1_800_000_000),
        new OrderAnswer(new byte[32], "accepted", "").Encode(),
        ChainEntry.After(ChainPosition.Start("dev-1"), 1_800_000_000, "boot", new byte[20]).Encoded,
    ];

    /// <summary>What is read has one encoding; what was changed is nobody's order.</summary>
    private static string ReadSigned(byte[] input)
    {
        CoseSign1? signed = CoseSign1.Decode(input, MaximumPayload);
        Hold(signed is null || Same(CoseSign1.Encode(signed.KeyHash, signed.Payload, signed.Signature), input), "a signed message that has two encodings");
        Order? order = Order.Peek(input);
        Hold(order is null || Same(order.Encode(signed!.KeyHash, signed.Signature), input), "an order that has two encodings");
        OrderAnswer? answer = OrderAnswer.Decode(input);
        Hold(answer is null || Same(answer.Encode(), input), "an answer that has two encodings");
        ChainEntry? entry = ChainEntry.Decode(input, ChainEntry.MaximumBody);
        byte[]? nonce = SignedTime.DecodeRequest(input);
        Hold(nonce is null || Same(SignedTime.EncodeRequest(nonce), input), "a question for the time that has two encodings");
        return $"{signed is not null} {order?.Verb} {answer is not null} {entry is not null} {nonce is not null}";
    }

    private static byte[][] SetupSeeds() =>
    [
        "GET / HTTP/1.1\r\nHost: 192.168.4.1\r\n\r\n"u8.ToArray(),
        Encoding.ASCII.GetBytes("POST /network HTTP/1.1\r\nContent-Length: 53\r\n\r\nsetup=7XK2-M9QD-4T0B&ssid=home&password=1234%205678+x"),
        "POST /network HTTP/1.1\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\nabcd"u8.ToArray(),
    ];

    /// <summary>A request as the adapter and the task read it. The label's password is longer than any in the seeds, and no mutation finds it.</summary>
    private static string ReadRequest(byte[] input)
    {
        int length = SetupRequest.Measure(input, input.Length);
        Hold(length <= Math.Min(input.Length, SetupPage.MaximumRequest), "a request longer than what came");
        if (length <= 0)
        {
            return length.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        byte[] request = input[..length];
        int body = SetupPage.BodyOf(request);
        if (body < 0)
        {
            return SetupPage.IsForPage(request) ? "page" : "none";
        }

        SetupCheck check = SetupCheck.Decide(SetupForm.Decode(request, body, request.Length - body), Encoding.ASCII.GetBytes(Label), 0);
        Hold(check.Verdict != SetupVerdict.Accepted, "a form without the label's password");
        return check.Token;
    }

    private static byte[][] StoredSeeds() =>
    [
        new CborWriter().Map(4).Unsigned(1).Text("home").Unsigned(2).Text("12345678").Unsigned(3).Text("").Unsigned(4).Text("").ToArray(),
        new CborWriter().Map(1).Unsigned(1).Unsigned(1_800_000_000).ToArray(),
        [0, 0, 0, 7, .. "ordered"u8],
        [0xFF, 0xFF, 0xFF, 0xFF],
        Orders(),
    ];

    private static byte[] Orders()
    {
        return new CborWriter().Map(4).Unsigned(0).Unsigned(1).Unsigned(1).Bytes(new byte[32]).Unsigned(2).Bytes([]).Unsigned(3).Array(0).ToArray();
    }

    /// <summary>As the bodies of records; the networks' sealed, as only the board itself could.</summary>
    private static string ReadStored(byte[] input)
    {
        if (input.Length > 1500)
        {
            return "long";
        }

        MemoryFiles files = new();
        RecordStore store = new(files);
        store.Write("seal", new byte[SealKey.Size]);
        new SealedRecord(store, new MemorySealer(), new MemoryEntropy(1), "network").Write(input);
        SealVerdict verdict = new NetworkRecord(store, new MemorySealer(), new MemoryEntropy(1)).Load(out NetworkCredentials? worked, out NetworkCredentials? next);
        Hold((verdict == SealVerdict.Opened) == (worked is not null) && (worked is not null || next is null), "networks that are half there");
        foreach (string name in _records)
        {
            store.Write(name, input);
        }

        Hold(new NetworkRecord(store, new MemorySealer(), new MemoryEntropy(1)).Load(out _, out _) != SealVerdict.Opened, "a record that nobody sealed");
        OrderRecord orders = OrderRecord.Load(store);
        long last = orders.LastSequence(new byte[32], false);
        BootRecord boots = BootRecord.Next(store);
        Hold(boots.Count > 0 && boots.Reset.Length <= 32, "a start without a number");
        return $"{verdict} {next is not null} {last > 0} {boots.Reset.Length > 0}";
    }

    private static bool Same(byte[] again, byte[] input) => again.AsSpan().SequenceEqual(input);

    private static void Hold(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BrokenPromiseException(otherwise);
        }
    }
}

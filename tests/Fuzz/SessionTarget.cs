using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Memory;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Slots;
using DeviceFirmware.Storage;
using DeviceFirmware.Tests.Support;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Fuzz;

/// <summary>
/// Bytes on the serial line of a board in any state, through frames and text to what it answers. The input's first byte chooses the state;
/// the rest is what whoever holds the cable sends.
/// </summary>
internal static class SessionTarget
{
    private static readonly byte[] _image = TestImages.Of("1.0.0", 3);
    private static readonly byte[] _claimed = TestPki.Device;
    private static readonly byte[] _nonce = [1, 2, 3, 4, 5, 6, 7, 8];

    public static Target Line { get; } = new("serial-session", Seeds, null, SumFrames, Run, 512 * 1024, 512);

    private static byte[][] Seeds()
    {
        byte[] provisioning =
        [
            .. Frame(MessageType.Hello, new HelloMessage(_nonce).Encode()),
            .. Frame(MessageType.Assign, new AssignMessage(TestPki.DeviceId).Encode()),
            .. Frame(MessageType.Identity, new IdentityMessage(_claimed, TestPki.Issuing, "broker.lab", 8883, 5, "line", "wifi-passphrase").Encode()),
            .. Frame(MessageType.TakeSecrets, []),
        ];
        provisioning = [.. provisioning, .. Frame(MessageType.SecretsKept, new SecretsKeptMessage(Told([0, .. provisioning])).Encode())];
        byte[] image =
        [
            .. Frame(MessageType.ImageBegin, new ImageBeginMessage(_image.Length, TestImages.FileHash(_image)).Encode()),
            .. _image.Chunk(200).SelectMany((part, i) => Frame(MessageType.ImageChunk, new ImageChunkMessage(200 * i, part).Encode())),
            .. Frame(MessageType.ImageEnd, []),
            .. Frame(MessageType.Finish, []),
        ];
        byte[] text = [.. "help\nid\r\ncsr dev-1\ncsr\n"u8];
        return
        [
            [0, .. provisioning, .. image],
            [0, .. text],
            [1, .. Frame(MessageType.Hello, new HelloMessage(_nonce).Encode()), .. image],
            [1, .. provisioning],
            [2, .. provisioning],
            [2, .. image],
            [2, .. text],
        ];
    }

    private static string Run(byte[] input)
    {
        BoardState state = Answer(input, out MemoryFiles files, out bool isFinished, out SlotTable table, out byte[] said);
        return Judge(state, files, isFinished, table, said);
    }

    /// <summary>The hash of the secrets that the board tells at the end of that; they are the same in each run.</summary>
    private static byte[] Told(byte[] input)
    {
        Answer(input, out _, out _, out _, out byte[] said);
        SerialFrameReader reader = new();
        SecretsMessage? secrets = null;
        foreach (byte value in said)
        {
            reader.Take(value);
            secrets = reader.Frame?.Type == MessageType.Secrets ? SecretsMessage.Decode(reader.Frame.Body) : secrets;
        }

        return BoardSecrets.HashOf(secrets!.Claim, secrets.Password);
    }

    private static BoardState Answer(byte[] input, out MemoryFiles files, out bool isFinished, out SlotTable table, out byte[] said)
    {
        BoardState state = (input.Length == 0 ? 0 : input[0] % 3) switch { 0 => BoardState.Unprovisioned, 1 => BoardState.Recovery, _ => BoardState.Provisioned };
        files = new();
        RecordStore store = new(files);
        SecurityCounter counter = new(store, 0);
        table = SlotTable.Load(store);
        MemoryEntropy noise = new(1);
        BoardSelf self = new(state, TestPki.HardwareId, "virtual-board", "0.1.0", TestPki.Environment, TestPki.FactoryRoot,
            TestKeys.Device.PublicKey.KeyHash(), state == BoardState.Unprovisioned ? "" : TestPki.DeviceId);
        BoardSecrets secrets = new(new TestedNoise(new MemoryRadio(noise), noise), store, new MemorySealer(), noise);
        ProvisioningSession session = new(files, store, TestKeys.Identity, self, TestRules.WithCounter(0), table, counter, secrets);
        MemorySerialLine line = new(null);
        SerialConsole console = new(line, session);
        line.Send(input.Length == 0 ? input : input[1..]);
        for (int polls = input.Length / 256; polls >= 0; polls--)
        {
            console.Poll(10);
        }

        isFinished = session.IsFinished;
        said = line.Receive();
        return state;
    }

    /// <summary>What a board in that state must not have done, whatever came.</summary>
    private static string Judge(BoardState state, MemoryFiles files, bool isFinished, SlotTable table, byte[] said)
    {
        HashSet<byte> answers = [];
        SerialFrameReader reader = new();
        bool hasText = false;
        foreach (byte value in said)
        {
            reader.Take(value);
            hasText |= reader.Line is not null;
            if (reader.Frame is SerialFrame frame)
            {
                answers.Add(frame.Type);
                Hold(MessageType.IsAnswer(frame.Type), "a board that asks");
            }
        }

        Hold(reader.Broken == 0, "a broken frame from the board");
        bool isOpen = state == BoardState.Unprovisioned;
        Hold(state != BoardState.Provisioned || files.Operations == 0, "a provisioned board that writes what the line says");
        Hold(state != BoardState.Provisioned || answers.All(type => type is MessageType.Board or MessageType.Refused), "a provisioned board that does what the line says");
        Hold(isOpen || !answers.Contains(MessageType.Csr) && !answers.Contains(MessageType.Secrets), "a request or a secret of a board that has its identity");
        IdentityMessage? identity = IdentityRecord.Load(new RecordStore(files));
        Hold(identity is null || (isOpen && identity.Certificate.AsSpan().SequenceEqual(_claimed)), "an identity that nobody certified");
        Hold(!isFinished || (table.Active != SlotTable.None && table[table.Active].FileHash.AsSpan().SequenceEqual(Sha256.Hash(_image))), "an image that nobody signed");
        return $"{state} {isFinished} {hasText} {string.Concat(answers.Order().Select(type => (char)('a' + (type & 15))))}";
    }

    /// <summary>Every frame that begins in the input, with a length and a checksum that are right.</summary>
    private static byte[] SumFrames(byte[] input)
    {
        List<byte> mended = input.Length == 0 ? [] : [input[0]];
        for (int i = 1; i < input.Length;)
        {
            if (i + 5 > input.Length || input[i] != 0xD5 || input[i + 1] != 0xF1)
            {
                mended.Add(input[i++]);
                continue;
            }

            int length = (input[i + 3] << 8) | input[i + 4];
            int next = input.AsSpan(i + 2).IndexOf((byte[])[0xD5, 0xF1]);
            int end = Math.Min(Math.Min(i + 5 + length, i + 5 + SerialFrame.MaximumBody), next < 0 ? input.Length : Math.Max(i + 5, i + 2 + next));
            mended.AddRange(Frame(input[i + 2], input[(i + 5)..Math.Min(end, input.Length)]));
            i = end + 4;
        }

        return [.. mended];
    }

    private static byte[] Frame(byte type, byte[] body) => new SerialFrame(type, body).Encode();

    private static void Hold(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new BrokenPromiseException(otherwise);
        }
    }
}

using System.Diagnostics;
using System.Security.Cryptography;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Provisioning;

namespace DeviceFirmware.Factory;

/// <summary>
/// Asks a board over a line that loses, repeats and garbles: every message is sent up to <see cref="StationTimes.Tries"/> times, every
/// wait ends, and only an answer of the right type with the hash of what was sent in this session counts.
/// </summary>
public sealed class BoardLink(IStationLine line, StationTimes times)
{
    /// <summary>The body of a message that says nothing but its type.</summary>
    public static readonly byte[] Empty = new CborWriter().Map(0).ToArray();

    private readonly SerialFrameReader _reader = new();
    private readonly byte[] _buffer = new byte[512];
    private SerialSession _session = SerialSession.None();
    private long _strayBytes;
    private bool _hasSeenFrames;

    /// <summary>
    /// Begins a session: greets until a board answers that <paramref name="isExpected"/> takes, or the time is over; then the last answer, if any.
    /// </summary>
    public Reply<BoardMessage> Greet(Func<BoardMessage, bool> isExpected)
    {
        _session = new SerialSession(NewNonce());
        Stopwatch watch = Stopwatch.StartNew();
        BoardMessage? last = null;
        StationStop? stop = null;
        while (watch.Elapsed < times.Greeting && stop is null)
        {
            Reply<BoardMessage> reply = GreetOnce();
            last = reply.Message ?? last;
            stop = reply.Stop;
            if (reply.Message is not null && isExpected(reply.Message))
            {
                return reply;
            }
        }

        return last is null
            ? new Reply<BoardMessage>(null, stop ?? new StationStop("no-answer", $"no board answered its greeting within {times.Greeting.TotalSeconds:0.#} s{Stray()}"))
            : new Reply<BoardMessage>(last, null);
    }

    /// <summary>Sends a message whose answer is an acknowledgement; null when it came.</summary>
    public StationStop? Send(byte type, byte[] body)
    {
        byte[] hash = _session.HashOf(type, body);
        return Ask(type, body, frame => frame.Type == MessageType.Ack && AckMessage.Decode(frame.Body) is AckMessage ack && ByteArray.AreEqual(ack.RequestHash, hash) ? ack : null).Stop;
    }

    /// <summary>Assigns the id; the answer is the board's certification request.</summary>
    public Reply<CsrMessage> Assign(string deviceId)
    {
        byte[] body = new AssignMessage(deviceId).Encode();
        byte[] hash = _session.HashOf(MessageType.Assign, body);
        return Ask(
            MessageType.Assign,
            body,
            frame => frame.Type == MessageType.Csr && CsrMessage.Decode(frame.Body) is CsrMessage csr && ByteArray.AreEqual(csr.RequestHash, hash) ? csr : null);
    }

    /// <summary>Takes the board's secrets, the same each time until they are kept. The caller zeroes them.</summary>
    public Reply<SecretsMessage> TakeSecrets()
    {
        byte[] hash = _session.HashOf(MessageType.TakeSecrets, Empty);
        return Ask(
            MessageType.TakeSecrets,
            Empty,
            frame =>
            {
                if (frame.Type != MessageType.Secrets)
                {
                    return null;
                }

                SecretsMessage? secrets = SecretsMessage.Decode(frame.Body);
                CryptographicOperations.ZeroMemory(frame.Body);
                return secrets is not null && ByteArray.AreEqual(secrets.RequestHash, hash) ? secrets : null;
            });
    }

    private Reply<BoardMessage> GreetOnce()
    {
        try
        {
            line.Refresh();
            return AskOnce(MessageType.Hello, new HelloMessage(_session.Nonce).Encode(), times.GreetingInterval,
                frame => frame.Type == MessageType.Board && BoardMessage.Decode(frame.Body) is BoardMessage board && ByteArray.AreEqual(board.Nonce, _session.Nonce) ? board : null) ?? default;
        }
        catch (IOException)
        {
            // A board that restarts may take its end of the line with it.
            Thread.Sleep(100);
            return default;
        }
    }

    private Reply<T> Ask<T>(byte type, byte[] body, Func<SerialFrame, T?> accept)
        where T : class
    {
        try
        {
            for (int attempt = 0; attempt < StationTimes.Tries; attempt++)
            {
                if (AskOnce(type, body, times.Answer, accept) is Reply<T> reply)
                {
                    return reply;
                }
            }

            return new Reply<T>(null, new StationStop(
                "no-answer", $"the board did not answer message 0x{type:x2} within {times.Answer.TotalSeconds:0.#} s, {StationTimes.Tries} times{Stray()}"));
        }
        catch (IOException problem)
        {
            return new Reply<T>(null, new StationStop("line-lost", problem.Message));
        }
    }

    private Reply<T>? AskOnce<T>(byte type, byte[] body, TimeSpan patience, Func<SerialFrame, T?> accept)
        where T : class
    {
        Discard();
        byte[] request = new SerialFrame(type, body).Encode();
        line.Write(request, request.Length);
        Stopwatch watch = Stopwatch.StartNew();
        while (watch.Elapsed < patience)
        {
            int count = line.Read(_buffer, (int)Math.Max(1, (patience - watch.Elapsed).TotalMilliseconds));
            _strayBytes += count;
            for (int i = 0; i < count; i++)
            {
                _reader.Take(_buffer[i]);
                _hasSeenFrames |= _reader.Frame is not null;
                if (_reader.Frame is SerialFrame frame && Judge(frame, type, body, accept) is Reply<T> reply)
                {
                    return reply;
                }
            }
        }

        return null;
    }

    /// <summary>A refusal counts when it is of this request in this session, or by a board that nobody has greeted (or that cannot go on).</summary>
    private Reply<T>? Judge<T>(SerialFrame frame, byte type, byte[] body, Func<SerialFrame, T?> accept)
        where T : class
    {
        if (frame.Type == MessageType.Refused)
        {
            return RefusedMessage.Decode(frame.Body) is RefusedMessage refused && (Is(refused.RequestHash, _session) || Is(refused.RequestHash, SerialSession.None()))
                ? new Reply<T>(null, new StationStop(refused.Token, refused.Reason, ByBoard: true))
                : null;

            bool Is(byte[] hash, SerialSession session) => ByteArray.AreEqual(hash, session.HashOf(type, body));
        }

        return accept(frame) is T message ? new Reply<T>(message, null) : null;
    }

    private static byte[] NewNonce()
    {
        byte[] nonce = RandomNumberGenerator.GetBytes(SerialSession.NonceSize);
        nonce[0] |= 1; // zeros stand for no session
        return nonce;
    }

    /// <summary>What the line did say, when nothing of it was for us.</summary>
    private string Stray() =>
        _strayBytes == 0 ? "; not a byte came: is it powered, and are transmit and receive the right way round?"
        : _hasSeenFrames ? ""
        : $"; {_strayBytes} bytes came and no frame among them: another baud rate, another program on the board, or noise";

    /// <summary>Drops what came before the question: boot chatter, and late answers to an earlier one. Bounded, whatever the other end sends.</summary>
    private void Discard()
    {
        const int MostBuffers = 64;
        _reader.Forget();
        for (int i = 0, count = 1; i < MostBuffers && count > 0; i++)
        {
            count = line.Read(_buffer, 1);
            _strayBytes += count;
        }
    }
}

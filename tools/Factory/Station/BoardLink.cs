using System.Diagnostics;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Provisioning;

namespace DeviceFirmware.Factory;

/// <summary>
/// Asks a board over a line that loses, repeats and garbles: every message is sent up to <see cref="StationTimes.Tries"/> times, every
/// wait ends, and only an answer of the right type (an acknowledgement only with the hash of what was sent) counts.
/// </summary>
public sealed class BoardLink(IStationLine line, StationTimes times)
{
    private readonly SerialFrameReader _reader = new();
    private readonly byte[] _buffer = new byte[512];

    /// <summary>Greets until a board answers that <paramref name="isExpected"/> takes, or the time is over; then the last answer, if any.</summary>
    public Reply<BoardMessage> Greet(Func<BoardMessage, bool> isExpected)
    {
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
            ? new Reply<BoardMessage>(null, stop ?? new StationStop("no-answer", $"no board answered its greeting within {times.Greeting.TotalSeconds:0.#} s"))
            : new Reply<BoardMessage>(last, null);
    }

    /// <summary>Sends a message whose answer is an acknowledgement; null when it came.</summary>
    public StationStop? Send(byte type, byte[] body)
    {
        byte[] hash = Sha256.Hash(body);
        return Ask(type, body, frame => frame.Type == MessageType.Ack && AckMessage.Decode(frame.Body) is AckMessage ack && ByteArray.AreEqual(ack.RequestHash, hash) ? ack : null).Stop;
    }

    /// <summary>Assigns the id; the answer is the board's certification request.</summary>
    public Reply<CsrMessage> Assign(string deviceId) => Ask(
        MessageType.Assign,
        new AssignMessage(deviceId).Encode(),
        frame => frame.Type == MessageType.Csr ? CsrMessage.Decode(frame.Body) : null);

    private Reply<BoardMessage> GreetOnce()
    {
        try
        {
            line.Refresh();
            return AskOnce(MessageType.Hello, new HelloMessage().Encode(), times.GreetingInterval,
                frame => frame.Type == MessageType.Board ? BoardMessage.Decode(frame.Body) : null) ?? default;
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
                "no-answer", $"the board did not answer message 0x{type:x2} within {times.Answer.TotalSeconds:0.#} s, {StationTimes.Tries} times"));
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
            for (int i = 0; i < count; i++)
            {
                _reader.Take(_buffer[i]);
                if (_reader.Frame is SerialFrame frame && Judge(frame, accept) is Reply<T> reply)
                {
                    return reply;
                }
            }
        }

        return null;
    }

    private static Reply<T>? Judge<T>(SerialFrame frame, Func<SerialFrame, T?> accept)
        where T : class
    {
        if (frame.Type == MessageType.Refused)
        {
            return RefusedMessage.Decode(frame.Body) is RefusedMessage refused
                ? new Reply<T>(null, new StationStop(refused.Token, refused.Reason, ByBoard: true))
                : null;
        }

        return accept(frame) is T message ? new Reply<T>(message, null) : null;
    }

    /// <summary>Drops what came before the question: boot chatter, and late answers to an earlier one. Bounded, whatever the other end sends.</summary>
    private void Discard()
    {
        const int MostBuffers = 64;
        _reader.Forget();
        for (int i = 0; i < MostBuffers && line.Read(_buffer, 1) > 0; i++)
        {
        }
    }
}

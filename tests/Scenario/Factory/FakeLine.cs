using DeviceFirmware.Factory;
using DeviceFirmware.Provisioning;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>
/// A serial line in memory with a board at its other end. <see cref="Transmit"/> decides what becomes of each request: the number of the
/// request, the request, and the board's own answer to it, asked for only when wanted.
/// </summary>
public sealed class FakeLine : IStationLine
{
    private readonly SerialFrameReader _reader = new();
    private readonly Queue<byte> _toStation = new();
    private int _requests;

    public FakeLine(FakeBoard? board) => Board = board;

    public delegate byte[] Transmission(int number, SerialFrame request, Func<byte[]> answer);

    /// <summary>The board at the other end; null for none.</summary>
    public FakeBoard? Board { get; set; }

    /// <summary>What arrives at the station.</summary>
    public Transmission Transmit { get; set; } = (_, _, answer) => answer();

    /// <summary>The types of the requests so far.</summary>
    public List<byte> Requests { get; } = [];

    /// <summary>True to throw as a line that is gone does.</summary>
    public bool IsLost { get; set; }

    /// <summary>Puts bytes on the line that answer nothing.</summary>
    public void Chatter(ReadOnlySpan<byte> bytes)
    {
        foreach (byte value in bytes)
        {
            _toStation.Enqueue(value);
        }
    }

    public int Read(byte[] buffer, int timeoutMilliseconds)
    {
        Check();
        if (_toStation.Count == 0)
        {
            Thread.Sleep(timeoutMilliseconds);
            return 0;
        }

        int count = 0;
        while (count < buffer.Length && _toStation.TryDequeue(out byte value))
        {
            buffer[count++] = value;
        }

        return count;
    }

    public void Write(byte[] buffer, int count)
    {
        Check();
        for (int i = 0; i < count; i++)
        {
            _reader.Take(buffer[i]);
            if (_reader.Frame is SerialFrame request)
            {
                Requests.Add(request.Type);
                Chatter(Transmit(_requests++, request, () => Board?.Answer(request)?.Encode() ?? []));
            }
        }
    }

    public void Refresh() => Check();

    public void Dispose()
    {
    }

    private void Check()
    {
        if (IsLost)
        {
            throw new IOException("the line is gone");
        }
    }
}

using System.Diagnostics;
using DeviceFirmware.Factory;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Scenario.Factory;

namespace DeviceFirmware.Bench;

/// <summary>A line with a board at its end that takes the time which its bytes take, and loses what its seed says.</summary>
internal sealed class BoardLine(FakeBoard board, int bitsPerSecond, Random? faults) : IStationLine
{
    // A start bit, eight, a stop bit.
    private const double BitsAByte = 10;

    private readonly SerialFrameReader _reader = new();
    private readonly Queue<byte> _toStation = new();
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _free;
    private bool _isOut;

    /// <summary>Time spent in the line: bytes under way, and the board's own work.</summary>
    public TimeSpan LineTime { get; private set; }

    /// <summary>Bytes in both directions, those of the image apart.</summary>
    public long Bytes { get; private set; }

    /// <summary>Bytes of the image's messages and their answers.</summary>
    public long ImageBytes { get; private set; }

    public int Read(byte[] buffer, int timeoutMilliseconds)
    {
        TimeSpan begun = _clock.Elapsed;
        try
        {
            TimeSpan wait = _toStation.Count == 0 ? TimeSpan.FromMilliseconds(timeoutMilliseconds) : Shorter(_free - begun, TimeSpan.FromMilliseconds(timeoutMilliseconds));
            if (wait > TimeSpan.Zero)
            {
                Thread.Sleep(wait);
            }

            if (_clock.Elapsed < _free)
            {
                return 0;
            }

            int count = 0;
            while (count < buffer.Length && _toStation.TryDequeue(out byte value))
            {
                buffer[count++] = value;
            }

            return count;
        }
        finally
        {
            LineTime += _clock.Elapsed - begun;
        }
    }

    public void Write(byte[] buffer, int count)
    {
        TimeSpan begun = _clock.Elapsed;
        if (_isOut)
        {
            throw new IOException("unplugged");
        }

        for (int i = 0; i < count; i++)
        {
            _reader.Take(buffer[i]);
            if (_reader.Frame is SerialFrame request)
            {
                Answer(request, count);
            }
        }

        LineTime += _clock.Elapsed - begun;
    }

    /// <summary>Plugs it in again.</summary>
    public void PlugIn()
    {
        if (_isOut)
        {
            board.Restart();
        }

        _isOut = false;
        _toStation.Clear();
    }

    public void Refresh()
    {
    }

    public void Dispose()
    {
    }

    private void Answer(SerialFrame request, int length)
    {
        int fault = faults?.Next(24) ?? -1;
        if (fault == 0)
        {
            // Lost on the way there.
            return;
        }

        if (board.Answer(request)?.Encode() is not byte[] answer)
        {
            return;
        }

        bool isImage = request.Type is MessageType.ImageBegin or MessageType.ImageChunk or MessageType.ImageEnd;
        ImageBytes += isImage ? length + answer.Length : 0;
        Bytes += isImage ? 0 : length + answer.Length;
        _free = _clock.Elapsed + (bitsPerSecond == 0 ? TimeSpan.Zero : TimeSpan.FromSeconds((length + answer.Length) * BitsAByte / bitsPerSecond));
        if (fault == 1)
        {
            return;
        }

        if (fault == 2)
        {
            answer[faults!.Next(answer.Length)] ^= (byte)(1 << faults.Next(8));
        }

        foreach (byte value in answer)
        {
            _toStation.Enqueue(value);
        }

        _isOut = fault == 3 && faults!.Next(3) == 0;
    }

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;
}

namespace DeviceFirmware.NanoSim.Host;

/// <summary>
/// The UART. What arrives before it is open is lost, and so is what arrives while its buffer is full. What is sent while nobody reads is
/// lost too, once the line is full: a UART without flow control.
/// </summary>
public sealed class SimSerial
{
    private const int WriteTimeoutMilliseconds = 1000;
    private const int ChunkLength = 512;

    private readonly Lock _lock = new();
    private readonly Queue<byte> _received = new();
    private readonly int _capacity;
    private readonly int _descriptor;
    private volatile bool _isOpen = true;

    /// <summary>Opens the board's one serial line.</summary>
    /// <param name="bufferSize">Bytes the driver keeps until they are read.</param>
    public SimSerial(int bufferSize)
    {
        SimCpu.Pass();
        _capacity = bufferSize;
        _descriptor = SimBoard.Options.SerialDescriptor;
        if (_descriptor >= 0)
        {
            byte[] stale = new byte[ChunkLength];
            while (Libc.read(_descriptor, stale, stale.Length) > 0)
            {
            }

            new Thread(Receive) { IsBackground = true }.Start();
        }
    }

    /// <summary>Bytes that wait to be read.</summary>
    public int Available
    {
        get
        {
            SimCpu.Pass();
            lock (_lock)
            {
                return _received.Count;
            }
        }
    }

    /// <summary>Takes up to that many bytes; returns how many.</summary>
    public int Read(byte[] buffer, int offset, int count)
    {
        SimCpu.Pass();
        lock (_lock)
        {
            int taken = 0;
            while (taken < count && _received.TryDequeue(out byte value))
            {
                buffer[offset + taken] = value;
                taken++;
            }

            return taken;
        }
    }

    /// <summary>Sends the bytes.</summary>
    public void Write(byte[] buffer, int offset, int count)
    {
        SimCpu.Pass();
        int sent = 0;
        while (_descriptor >= 0 && sent < count)
        {
            nint written = Libc.write(_descriptor, ref buffer[offset + sent], count - sent);
            if (written > 0)
            {
                sent += (int)written;
                continue;
            }

            Libc.PollDescriptor poll = new() { Descriptor = _descriptor, Events = Libc.PollOut };
            if (Libc.poll(ref poll, 1, WriteTimeoutMilliseconds) <= 0)
            {
                return;
            }
        }
    }

    /// <summary>Closes the port.</summary>
    public void Close() => _isOpen = false;

    private void Receive()
    {
        byte[] chunk = new byte[ChunkLength];
        while (_isOpen)
        {
            Libc.PollDescriptor poll = new() { Descriptor = _descriptor, Events = Libc.PollIn };
            if (Libc.poll(ref poll, 1, -1) <= 0 || (poll.Returned & Libc.PollIn) == 0)
            {
                Thread.Sleep(20);
                continue;
            }

            int length = (int)Libc.read(_descriptor, chunk, chunk.Length);
            lock (_lock)
            {
                for (int i = 0; i < length && _received.Count < _capacity; i++)
                {
                    _received.Enqueue(chunk[i]);
                }
            }
        }
    }
}

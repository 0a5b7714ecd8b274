using System.Net;
using System.Net.Sockets;

namespace DeviceFirmware.Soak;

/// <summary>What happens to a connection that goes through the proxy.</summary>
internal enum Fate
{
    /// <summary>Nothing, until its time is over and it is reset.</summary>
    Lives,

    /// <summary>Nobody listens: reset at once.</summary>
    Refused,

    /// <summary>Accepted; not a byte comes back. The handshake hangs.</summary>
    SilentInHandshake,

    /// <summary>Ends inside the handshake, after a part of it.</summary>
    TruncatedInHandshake,

    /// <summary>Works, and then not a byte comes through any more, in either direction; nobody closes.</summary>
    GoesSilent,

    /// <summary>Works, and then the board's half is closed and the broker's stays.</summary>
    HalfClosed,

    /// <summary>Works, and then ends in the middle of a packet.</summary>
    Truncated,

    /// <summary>Every piece is held back for up to seconds.</summary>
    Delayed,
}

/// <summary>A TCP proxy before the broker that does to each connection what a seed says.</summary>
internal sealed class FaultyProxy : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly ScaledClock _clock;
    private readonly Random _random;
    private readonly int[] _fates = new int[Enum.GetValues<Fate>().Length];
    private readonly CancellationTokenSource _end = new();

    public FaultyProxy(int target, ScaledClock clock, int seed)
    {
        (_target, _clock, _random) = (target, clock, new Random(seed));
        _listener.Start();
        _ = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>From here on nothing is done to anybody.</summary>
    public bool IsFair { get; set; }

    public IEnumerable<string> Fates => Enum.GetValues<Fate>().Select(fate => $"{fate} {_fates[(int)fate]}");

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                TcpClient board = await _listener.AcceptTcpClientAsync(_end.Token);
                Fate fate = IsFair ? Fate.Lives : _random.Next(3) == 0 ? Fate.Lives : (Fate)_random.Next(_fates.Length);
                _fates[(int)fate]++;
                int life = IsFair ? int.MaxValue : _random.Next(10_000, 400_000);
                _ = CarryAsync(board, fate, life, _random.Next());
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException or SocketException)
        {
            // The run is over.
        }
    }

    private async Task CarryAsync(TcpClient board, Fate fate, int life, int seed)
    {
        using (board)
        using (TcpClient broker = new())
        using (CancellationTokenSource over = CancellationTokenSource.CreateLinkedTokenSource(_end.Token))
        {
            try
            {
                board.NoDelay = true;
                broker.NoDelay = true;
                if (fate == Fate.Refused)
                {
                    board.Client.LingerState = new LingerOption(true, 0);
                    return;
                }

                if (fate == Fate.SilentInHandshake)
                {
                    await Task.Delay(Timeout.Infinite, over.Token);
                }

                await broker.ConnectAsync(IPAddress.Loopback, _target, over.Token);
                long until = fate == Fate.TruncatedInHandshake ? 0 : _clock.Uptime() + life;
                Task up = PipeAsync(board, broker, fate, until, seed, over.Token);
                Task down = PipeAsync(broker, board, fate, until, seed + 1, over.Token);
                if (fate is Fate.GoesSilent or Fate.HalfClosed)
                {
                    await Task.WhenAll(up, down);
                    return;
                }

                await Task.WhenAny(up, down);
                over.Cancel();
                await Task.WhenAll(up, down);
            }
            catch (Exception exception) when (exception is OperationCanceledException or IOException or SocketException or ObjectDisposedException)
            {
                // One end is gone, and with it the other.
            }
        }
    }

    private async Task PipeAsync(TcpClient from, TcpClient to, Fate fate, long until, int seed, CancellationToken over)
    {
        Random random = new(seed);
        byte[] buffer = new byte[4096];
        using CancellationTokenSource time = CancellationTokenSource.CreateLinkedTokenSource(over);
        if (until - _clock.Uptime() is > 0 and < int.MaxValue and long left)
        {
            time.CancelAfter(_clock.Real(left));
        }

        try
        {
            while (true)
            {
                int count = await from.GetStream().ReadAsync(buffer, time.Token);
                if (count == 0)
                {
                    return;
                }

                if (fate == Fate.Delayed)
                {
                    await Task.Delay(_clock.Real(random.Next(20_000)), over);
                }

                bool cut = fate is Fate.TruncatedInHandshake or Fate.Truncated && _clock.Uptime() >= until;
                await to.GetStream().WriteAsync(buffer.AsMemory(0, cut ? count / 2 : count), over);
                if (cut)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException) when (!over.IsCancellationRequested)
        {
            if (fate == Fate.HalfClosed)
            {
                to.Client.Shutdown(SocketShutdown.Send);
            }

            if (fate is Fate.GoesSilent or Fate.HalfClosed)
            {
                // Until one end has had enough: the board closes, which a silent network would not tell the broker.
                await Task.Delay(_clock.Real(600_000), over);
            }
        }
    }
}

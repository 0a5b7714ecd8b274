using System.Diagnostics;

namespace DeviceFirmware.NanoSim.Host;

/// <summary>RTC and tick counter. The RTC stands at 1970-01-01 after every power-on.</summary>
public static class SimClock
{
    private const int NetworkTimeDelayMilliseconds = 50;

    private static readonly Lock _lock = new();
    private static readonly Stopwatch _uptime = new();
    private static long _offsetTicks;

    /// <summary>Milliseconds since power-on.</summary>
    public static long Uptime
    {
        get
        {
            SimCpu.Pass();
            return _uptime.ElapsedMilliseconds;
        }
    }

    /// <summary>The RTC in ticks of 100 ns since 0001-01-01.</summary>
    public static long UtcTicks
    {
        get
        {
            lock (_lock)
            {
                return DateTime.UnixEpoch.Ticks + _offsetTicks + _uptime.Elapsed.Ticks;
            }
        }
    }

    /// <summary>Sets the RTC.</summary>
    public static void Set(long utcTicks)
    {
        SimCpu.Pass();
        lock (_lock)
        {
            _offsetTicks = utcTicks - DateTime.UnixEpoch.Ticks - _uptime.Elapsed.Ticks;
        }
    }

    internal static void PowerOn() => _uptime.Start();

    /// <summary>SNTP starts by itself when a network is joined; nothing authenticates it.</summary>
    internal static void StartNetworkTime()
    {
        SimThreads.Create(() =>
        {
            Thread.Sleep(NetworkTimeDelayMilliseconds);
            Set(DateTime.UtcNow.Ticks);
        }).Start();
    }
}

using System.Diagnostics;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Soak;

/// <summary>
/// Time of a board that runs so many times as fast as this machine's. Everything of the run is on this scale, the faults of the network too;
/// what is not is the machine itself: a handshake that takes it 10 ms takes the board seconds.
/// </summary>
internal sealed class ScaledClock(int speed) : IClock
{
    private readonly Stopwatch _since = Stopwatch.StartNew();
    private long _utcOffset = DateTimeOffset.UtcNow.ToUnixTimeSeconds();

    public int Speed => speed;

    public long Uptime() => _since.ElapsedMilliseconds * speed;

    public long UtcNow() => _utcOffset + (Uptime() / 1000);

    public void SetUtc(long secondsSince1970) => _utcOffset = secondsSince1970 - (Uptime() / 1000);

    public void Sleep(int milliseconds) => Thread.Sleep(Real(milliseconds));

    /// <summary>This machine's time for so many of the board's milliseconds; at least 1 ms.</summary>
    public TimeSpan Real(long milliseconds) => TimeSpan.FromMilliseconds(Math.Max(1, (double)milliseconds / speed));
}

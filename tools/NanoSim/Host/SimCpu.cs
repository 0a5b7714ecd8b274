namespace DeviceFirmware.NanoSim.Host;

/// <summary>
/// The one interpreter of the board. Trap: a native call that does not return, such as a TLS handshake with a silent peer, stops every
/// managed thread. Here every platform call of another thread waits until the stalling call is over.
/// </summary>
public static class SimCpu
{
    private static readonly ManualResetEventSlim _free = new(true);

    [ThreadStatic]
    private static bool _isStalling;

    /// <summary>Called by every platform call.</summary>
    public static void Pass()
    {
        if (!_isStalling)
        {
            _free.Wait();
        }
    }

    /// <summary>Runs a native call that stalls the interpreter.</summary>
    internal static T Stall<T>(Func<T> call)
    {
        lock (_free)
        {
            _isStalling = true;
            _free.Reset();
            try
            {
                return call();
            }
            finally
            {
                _free.Set();
                _isStalling = false;
            }
        }
    }
}

namespace DeviceFirmware.NanoSim.Host;

/// <summary>Managed threads. Trap: an exception that leaves a thread ends that thread only, silently.</summary>
public static class SimThreads
{
    /// <summary>Makes a thread, not yet started.</summary>
    public static Thread Create(Action start)
    {
        return new Thread(() => Run(start)) { IsBackground = true };
    }

    /// <summary>Starts a thread that Create made.</summary>
    public static void Start(object thread)
    {
        SimCpu.Pass();
        ((Thread)thread).Start();
    }

    /// <summary>True while it runs.</summary>
    public static bool IsAlive(object thread) => ((Thread)thread).IsAlive;

    /// <summary>Waits for its end.</summary>
    public static bool Join(object thread, int milliseconds) => ((Thread)thread).Join(milliseconds);

    /// <summary>Runs a thread's outermost method.</summary>
    internal static void Run(Action start)
    {
        try
        {
            start();
        }
        catch (Exception exception)
        {
            // The board says nothing; whoever develops on it may want to know. Standard error is no wire of the board.
            Console.Error.WriteLine($"virtual-board: a thread ended with {exception}");
        }
    }

    /// <summary>Thread.Sleep: other threads run meanwhile, and this one goes on only when the interpreter is free.</summary>
    public static void Sleep(int milliseconds)
    {
        SimCpu.Pass();
        Thread.Sleep(milliseconds);
        SimCpu.Pass();
    }
}

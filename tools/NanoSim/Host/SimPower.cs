namespace DeviceFirmware.NanoSim.Host;

/// <summary>The ends of a powered period. Each is immediate: no finally block, no flush, nothing that software could still do.</summary>
public static class SimPower
{
    /// <summary>Exit code of a board that reset itself; its power supply starts it again.</summary>
    public const int RestartCode = 64;

    /// <summary>Exit code of a board whose power was cut.</summary>
    public const int CutCode = 137;

    /// <summary>Power.RebootDevice: the board starts again.</summary>
    public static void Reboot()
    {
        SimCpu.Pass();
        Libc._exit(RestartCode);
    }

    /// <summary>The power is gone.</summary>
    internal static void Cut()
    {
        Libc._exit(CutCode);
    }
}

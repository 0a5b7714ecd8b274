namespace DeviceFirmware.NanoSim.Host;

/// <summary>The one board of this process.</summary>
public static class SimBoard
{
    private static SimOptions? _options;

    /// <summary>Platform name the board reports: its applications are .NET assemblies.</summary>
    public const string Platform = "DOTNET";

    /// <summary>Target name the board reports.</summary>
    public const string TargetName = "VIRTUAL_BOARD";

    /// <summary>The board's outside; throws while the board has no power.</summary>
    public static SimOptions Options => _options ?? throw new InvalidOperationException("the board has no power");

    /// <summary>Connects the board; once a process.</summary>
    public static void PowerOn(SimOptions options)
    {
        if (_options is not null)
        {
            throw new InvalidOperationException("the board has power already");
        }

        _options = options;
        SimFlash.PowerOn(options);
        SimClock.PowerOn();
        SimAccessPoint.PowerOn();
    }
}

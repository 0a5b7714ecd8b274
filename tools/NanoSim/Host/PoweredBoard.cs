namespace DeviceFirmware.NanoSim.Host;

/// <summary>The inner process: the board while it has power.</summary>
internal static class PoweredBoard
{
    /// <summary>Runs the firmware; the process ends by reset, power cut, or with its power supply.</summary>
    public static void Run(SimOptions options, Action firmware)
    {
        new Thread(EndWithSupply) { IsBackground = true }.Start();
        SimBoard.PowerOn(options);
        SimThreads.Run(firmware);

        // A board whose Main has ended stands there, until its power ends.
        Thread.Sleep(Timeout.Infinite);
    }

    /// <summary>Standard input is the supply's lifeline: it ends when the outer process does, however that ended.</summary>
    private static void EndWithSupply()
    {
        using Stream lifeline = Console.OpenStandardInput();
        byte[] buffer = new byte[16];
        while (lifeline.Read(buffer) > 0)
        {
        }

        Libc._exit(0);
    }
}

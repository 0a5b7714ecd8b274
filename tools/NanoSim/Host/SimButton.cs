namespace DeviceFirmware.NanoSim.Host;

/// <summary>The button: pressed when its file appears, which then goes away.</summary>
public static class SimButton
{
    private static long _presses;

    /// <summary>Presses since power-on.</summary>
    public static long Presses
    {
        get
        {
            SimCpu.Pass();
            string? file = SimBoard.Options.ButtonFile;
            if (file is not null && File.Exists(file))
            {
                File.Delete(file);
                _presses++;
            }

            return _presses;
        }
    }
}

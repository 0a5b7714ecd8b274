namespace DeviceFirmware.NanoSim.Host;

/// <summary>The GPIOs: pulses come as bytes of a file. One of them is the button.</summary>
public static class SimPins
{
    /// <summary>The button's GPIO, as on every board with the chip's own BOOT button.</summary>
    public const int Button = 0;

    private const int PinCount = 40;

    /// <summary>True when the chip has that GPIO.</summary>
    public static bool Exists(int pin) => pin is >= 0 and < PinCount;

    /// <summary>Pulses that ever came to a GPIO.</summary>
    public static long Pulses(int pin)
    {
        if (pin == Button)
        {
            return SimButton.Presses;
        }

        SimCpu.Pass();
        FileInfo file = new(Path.Combine(SimBoard.Options.PinsFolder ?? "", pin.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return SimBoard.Options.PinsFolder is not null && file.Exists ? file.Length : 0;
    }
}

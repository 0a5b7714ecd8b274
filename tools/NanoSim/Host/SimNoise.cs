using System.Security.Cryptography;

namespace DeviceFirmware.NanoSim.Host;

/// <summary>esp_random. Trap: while the radio is off it is no random source; here it then repeats the same bytes on every board.</summary>
public static class SimNoise
{
    private const uint Seed = 0x2545F491;

    private static uint _state = Seed;

    /// <summary>Fills the buffer.</summary>
    public static void Fill(byte[] buffer)
    {
        SimCpu.Pass();
        if (SimRadio.IsOn)
        {
            RandomNumberGenerator.Fill(buffer);
            return;
        }

        for (int i = 0; i < buffer.Length; i++)
        {
            _state ^= _state << 13;
            _state ^= _state >> 17;
            _state ^= _state << 5;
            buffer[i] = (byte)_state;
        }
    }
}

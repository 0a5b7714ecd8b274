using DeviceFirmware.Ports;

namespace DeviceFirmware.Factory;

/// <summary>The station's end of the serial line. Reading and writing throw <see cref="IOException"/> when the line is gone.</summary>
public interface IStationLine : ISerialLine, IDisposable
{
    /// <summary>
    /// Called before a greeting goes out to a board that restarts: takes up the line again if it was lost, or if its name leads elsewhere
    /// now. Throws <see cref="IOException"/> while there is nothing to take up.
    /// </summary>
    void Refresh();
}

namespace DeviceFirmware.PowerCut.Outside;

/// <summary>The cable between station and board, and the one moment at which it is pulled out.</summary>
/// <param name="toBoard">After so many bytes to the board; -1: not there.</param>
/// <param name="toStation">After so many bytes to the station; -1: not there.</param>
/// <param name="keepsPower">The board has another supply: it runs on, and meets a station that knows nothing of the half session.</param>
internal sealed class Cable(int toBoard, int toStation, bool keepsPower)
{
    /// <summary>Bytes that reached the board.</summary>
    internal int ToBoard { get; private set; }

    /// <summary>Bytes that reached the station.</summary>
    internal int ToStation { get; private set; }

    internal bool KeepsPower => keepsPower;

    /// <summary>It was pulled out; it is in again since.</summary>
    internal bool WasCut { get; private set; }

    /// <summary>True when the next byte to the board does not arrive.</summary>
    internal bool CutsToBoard() => Cuts(ToBoard == toBoard) || ++ToBoard < 0;

    /// <summary>True when the next byte to the station does not arrive.</summary>
    internal bool CutsToStation() => Cuts(ToStation == toStation) || ++ToStation < 0;

    private bool Cuts(bool isThere)
    {
        bool cuts = isThere && !WasCut;
        WasCut |= cuts;
        return cuts;
    }
}

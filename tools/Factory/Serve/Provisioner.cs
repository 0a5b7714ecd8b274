using DeviceFirmware.Bytes;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary>What every board of a shift gets, and how a greeted board is taken through it.</summary>
public sealed class Provisioner(
    ManufacturingDatabase database, SigningDesk desk, IssuingCa ca, Production production, Func<string, AdmissionRule> admission, BoardSetup setup, FirstImage image, string idPrefix)
{
    /// <summary>The record.</summary>
    public ManufacturingDatabase Database => database;

    /// <summary>The id of a greeted board: the one it has or had here, or a new one.</summary>
    public string IdOf(BoardMessage board) =>
        board.State != BoardState.Unprovisioned && board.DeviceId.Length > 0 ? board.DeviceId : database.Reserve(Hex.Encode(board.KeyHash), idPrefix);

    /// <summary>True when the record has that board as completed already.</summary>
    public bool IsCompleted(string deviceId) => database.FindById(deviceId) is { State: BoardRecordState.Completed };

    /// <summary>One board through the station; null when it is provisioned.</summary>
    public StationStop? Run(BoardLink link, BoardMessage board, string deviceId, Action<string> tell)
    {
        try
        {
            return new ProvisioningRun(link, desk, new ClaimStore(database), ca, deviceId, production, admission(board.HardwareId), setup, image, tell).Run();
        }
        catch (ToolFailure failure)
        {
            return new StationStop("station", failure.Message);
        }
    }
}

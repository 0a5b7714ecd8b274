namespace DeviceFirmware.Ports
{
    /// <summary>The board's button: the hand of whoever stands before the board. Bounce is the port's.</summary>
    public interface IButton
    {
        /// <summary>True once after it was pressed, however often since the last question. Never waits.</summary>
        bool WasPressed();
    }
}

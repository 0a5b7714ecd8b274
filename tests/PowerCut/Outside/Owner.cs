using System.Text;
using DeviceFirmware.Connect;

namespace DeviceFirmware.PowerCut.Outside;

/// <summary>The owner at the setup page: presses the button after each power-on, and sets a network with the label's password.</summary>
internal sealed class Owner(string network) : ISetupPortal
{
    private bool _hasPressed;
    private byte[]? _label;

    public bool NeedsRestart => false;

    public bool IsOpen => _label is not null;

    public bool WasPressed()
    {
        bool pressed = !_hasPressed;
        _hasPressed = true;
        return pressed;
    }

    public bool Open(string name, byte[] passphrase)
    {
        _label = [.. passphrase];
        return true;
    }

    public byte[]? Receive(int maximum)
    {
        return _label is null ? null
            : Encoding.ASCII.GetBytes($"POST /network HTTP/1.1\r\n\r\nsetup={Encoding.ASCII.GetString(_label)}&ssid={network}&password={Remembered.WifiPassword}");
    }

    public void Reply(byte[] response)
    {
        if (!Encoding.ASCII.GetString(response).Contains("200 OK", StringComparison.Ordinal))
        {
            throw new FaultException("the page refuses the label's password");
        }
    }

    public void Close() => _label = null;
}

using DeviceFirmware.Connect;

namespace DeviceFirmware.PowerCut.Outside;

/// <summary>The owner's hand at the button, for a claim: it presses once after the question.</summary>
internal sealed class Hand(Bench bench) : ISetupPortal
{
    private int _looks;

    public bool NeedsRestart => false;

    public bool IsOpen => false;

    /// <summary>The first look after the question throws away what lay there before.</summary>
    public bool WasPressed() => bench.IsAsked && ++_looks == 2;

    public bool Open(string name, byte[] passphrase) => throw new FaultException("the press for a claim opens the page");

    public byte[]? Receive(int maximum) => null;

    public void Reply(byte[] response)
    {
    }

    public void Close()
    {
    }
}

using DeviceFirmware.Ports;

namespace DeviceFirmware.PowerCut.Outside;

/// <summary>The device's own CA store, in a file of the same flash.</summary>
internal sealed class CaStore(IFiles files) : ITrustStore
{
    internal const string Name = "ca-store.sys";

    public byte[]? CaBundle()
    {
        int length = files.Length(Name);
        if (length <= 0)
        {
            return null;
        }

        byte[] bundle = new byte[length];
        files.Read(Name, 0, bundle, 0, length);
        return bundle;
    }

    public void Clear() => files.Delete(Name);
}

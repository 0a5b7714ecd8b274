using DeviceFirmware.Fleet;
using DeviceFirmware.Ledger;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>A loss of entries, as a head of the server's own key proves it that a device gives back.</summary>
internal static class Lost
{
    /// <summary>Proves that there were once so many entries; the name of the head.</summary>
    public static string Prove(FleetHost host, long entries = 1000)
    {
        using AuditKey key = AuditKey.Open(host.PathOf("data"));
        byte[] head = key.Sign(new ChainPosition(entries, new byte[32]), DateTime.UtcNow);
        host.Server.Registry.Losses.Tell("a test", head, ChainHead.Read(head, key.PublicKey));
        return Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(head));
    }
}

using System.Buffers.Binary;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace DeviceFirmware.NanoSim.Host;

/// <summary>
/// What the TLS stack trusts. Trap: CA certificates accumulate. The certificate passed to a connection is added to the bundle stored in
/// <c>I:\con_XB1_0.sys</c>: 4 bytes marker, uint32 little-endian size, the bundle, DER or PEM with a NUL at the end.
/// </summary>
public static class SimTrust
{
    private const string StorePath = "I:\\con_XB1_0.sys";
    private const int HeaderLength = 8;
    private const byte HeapRemains = 0xA5;

    /// <summary>
    /// CertificateManager.AddCaCertificateBundle: replaces the whole store. Traps: the marker stays uninitialised, and the first call on an
    /// empty store writes 8 bytes less than it should (the block size it passes leaves the header out).
    /// </summary>
    public static void StoreBundle(byte[] bundle)
    {
        byte[] block = new byte[HeaderLength + bundle.Length];
        block.AsSpan(0, 4).Fill(HeapRemains);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(4), (uint)bundle.Length);
        bundle.CopyTo(block, HeaderLength);
        bool isFirst = !SimFlash.Exists(StorePath);
        SimFlash.Write(StorePath, block, isFirst ? bundle.Length : block.Length);
    }

    /// <summary>The certificate passed to the connection and all stored ones. A store that does not parse is ignored, silently.</summary>
    internal static X509Certificate2Collection Anchors(byte[]? passed)
    {
        X509Certificate2Collection anchors = [];
        if (passed is not null)
        {
            anchors.AddRange(Parse(passed) ?? throw new SimTlsException("the CA certificate cannot be read"));
        }

        if (SimFlash.Exists(StorePath))
        {
            byte[] block = SimFlash.Read(StorePath);
            if (block.Length > HeaderLength)
            {
                uint size = BinaryPrimitives.ReadUInt32LittleEndian(block.AsSpan(4));
                int length = (int)Math.Min(size, (uint)(block.Length - HeaderLength));
                anchors.AddRange(Parse(block[HeaderLength..(HeaderLength + length)]) ?? []);
            }
        }

        return anchors;
    }

    /// <summary>One DER certificate, or PEM ones when the last byte is NUL; null when neither.</summary>
    internal static X509Certificate2Collection? Parse(byte[] data)
    {
        try
        {
            X509Certificate2Collection result = [];
            if (data.Length > 0 && data[^1] == 0 && data.AsSpan().IndexOf("-----BEGIN CERTIFICATE-----"u8) >= 0)
            {
                result.ImportFromPem(Encoding.ASCII.GetString(data, 0, data.Length - 1));
                return result.Count == 0 ? null : result;
            }

            result.Add(X509CertificateLoader.LoadCertificate(data));
            return result;
        }
        catch (System.Security.Cryptography.CryptographicException)
        {
            return null;
        }
    }
}

namespace DeviceFirmware.Ports
{
    /// <summary>
    /// The device's own store of CA certificates. The native TLS stack trusts everything in it, besides the certificate passed to the
    /// connection; who may be the broker therefore depends on it. There is no managed call to read it, only the file the CLR keeps it in.
    /// </summary>
    public interface ITrustStore
    {
        /// <summary>The CA bundle as stored, DER or PEM; null when the store is empty.</summary>
        byte[] CaBundle();

        /// <summary>Empties the store. The native stack may hold what was in it until the next start.</summary>
        void Clear();
    }
}

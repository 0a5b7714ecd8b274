namespace DeviceFirmware.Trust
{
    /// <summary>Why a TLS connection may be tried, or why not.</summary>
    public enum TlsVerdict
    {
        /// <summary>Nothing was decided.</summary>
        NotEvaluated = 0,

        /// <summary>The parameters pin the broker to the embedded fleet root.</summary>
        Accepted,

        /// <summary>This firmware was built without a fleet root.</summary>
        NoRoot,

        /// <summary>The embedded fleet root is no CA certificate of the project's kind.</summary>
        MalformedRoot,

        /// <summary>The device's CA store holds something else than the fleet root; the native stack would trust that too.</summary>
        ForeignCaStore,

        /// <summary>The identity key does not leave its place, and the platform's TLS client takes keys only as bytes.</summary>
        KeyStays,
    }
}

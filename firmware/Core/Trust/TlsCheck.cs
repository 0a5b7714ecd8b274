namespace DeviceFirmware.Trust
{
    /// <summary>The outcome of the door to the broker.</summary>
    public sealed class TlsCheck
    {
        internal TlsCheck(TlsVerdict verdict, TlsParameters parameters)
        {
            Verdict = verdict;
            Parameters = parameters;
        }

        /// <summary>The verdict.</summary>
        public TlsVerdict Verdict { get; }

        /// <summary>The parameters; null unless the verdict is <see cref="TlsVerdict.Accepted"/>.</summary>
        public TlsParameters Parameters { get; }

        /// <summary>The verdict's token.</summary>
        public string Token
        {
            get
            {
                switch (Verdict)
                {
                    case TlsVerdict.Accepted: return "accepted";
                    case TlsVerdict.NoRoot: return "no-root";
                    case TlsVerdict.MalformedRoot: return "malformed-root";
                    case TlsVerdict.ForeignCaStore: return "foreign-ca-store";
                    case TlsVerdict.KeyStays: return "key-stays";
                    default: return "not-evaluated";
                }
            }
        }

        /// <summary>The reason in a person's words.</summary>
        public string Reason
        {
            get
            {
                switch (Verdict)
                {
                    case TlsVerdict.Accepted: return "accepted";
                    case TlsVerdict.NoRoot: return "this firmware was built without a fleet root and connects to no broker";
                    case TlsVerdict.MalformedRoot: return "the embedded fleet root is no CA certificate with a P-256 key";
                    case TlsVerdict.ForeignCaStore: return "the device's CA store holds another certificate than the fleet root, which the TLS stack would trust too";
                    case TlsVerdict.KeyStays: return "the identity key does not leave its place, and the TLS client takes a key only as bytes";
                    default: return "nothing was decided";
                }
            }
        }
    }
}

using DeviceFirmware.Crypto;

namespace DeviceFirmware.Tests.Crypto
{
    /// <summary>The P-256 key of RFC 6979 §A.2.5, public since 2013: of use in tests only.</summary>
    internal static class Rfc6979Key
    {
        internal const string Scalar = "C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721";

        internal const string Point =
            "0460FED4BA255A9D31C961EB74C6356D68C049B8923B61FA6CE669622E60F29FB67903FE1008B8BC99A41AE9E95628BC64F2F1B20C2D7E9F5177A3C294D4462299";

        internal static P256PrivateKey Private()
        {
            return P256PrivateKey.Import(Bytes.FromHex(Scalar));
        }

        internal static P256PublicKey Public()
        {
            return P256PublicKey.Decode(Bytes.FromHex(Point), 0, P256PublicKey.EncodedSize);
        }
    }
}

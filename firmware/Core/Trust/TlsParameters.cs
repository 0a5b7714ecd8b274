using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Identity;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Trust
{
    /// <summary>
    /// The door of the question "is this the broker?", and the only maker of TLS parameters. The platform's native stack decides about the
    /// certificate the broker shows, without telling; what can be decided here is what it decides by: one root, nothing else in the device's
    /// own CA store, the host name, and that verification is demanded.
    /// </summary>
    public sealed class TlsParameters
    {
        private TlsParameters(string host, int port, byte[] root, byte[] certificate, byte[] privateKey)
        {
            Host = host;
            Port = port;
            RootCertificate = root;
            DeviceCertificate = certificate;
            DevicePrivateKey = privateKey;
        }

        /// <summary>Host name, checked by the native stack against the broker's certificate and sent as SNI.</summary>
        public string Host { get; }

        /// <summary>TCP port.</summary>
        public int Port { get; }

        /// <summary>The only root, DER.</summary>
        public byte[] RootCertificate { get; }

        /// <summary>The board's certificate, DER.</summary>
        public byte[] DeviceCertificate { get; }

        /// <summary>The board's private key, SEC 1 DER. The platform's certificate object keeps this array; clear it after the connection ended.</summary>
        public byte[] DevicePrivateKey { get; }

        /// <summary>
        /// The peer has to show a certificate that verifies (CertificateRequired). Always true: there are no parameters that do without. Whoever
        /// opens the connection hands this to the platform, whose default another part of the process may have changed.
        /// </summary>
        public bool RequiresCertificate => true;

        /// <summary>Decides whether a connection may be tried, and with what: as the IDevID.</summary>
        public static TlsCheck Check(DeviceCertificate certificate, IIdentityKey key, string host, int port, byte[] fleetRoot, ITrustStore store)
        {
            if (certificate is null || key is null || host is null || fleetRoot is null || store is null)
            {
                throw new ArgumentNullException(nameof(certificate));
            }

            return CheckCore(certificate.Encoded, key, host, port, fleetRoot, store);
        }

        /// <summary>The same under an operational identity.</summary>
        public static TlsCheck Check(OperationalIdentity identity, string host, int port, byte[] fleetRoot, ITrustStore store)
        {
            if (identity is null || host is null || fleetRoot is null || store is null)
            {
                throw new ArgumentNullException(nameof(identity));
            }

            return CheckCore(identity.Certificate.Encoded, identity.Key, host, port, fleetRoot, store);
        }

        /// <summary>Zeroes the private key bytes.</summary>
        public void Clear()
        {
            FixedTime.Clear(DevicePrivateKey);
        }

        private static TlsCheck CheckCore(byte[] certificate, IIdentityKey key, string host, int port, byte[] fleetRoot, ITrustStore store)
        {
            if (fleetRoot.Length == 0)
            {
                return new TlsCheck(TlsVerdict.NoRoot, null);
            }

            Certificate root = Certificate.Decode(fleetRoot);
            if (root is null || !root.Extensions.IsAuthority || !root.IsSignedBy(root))
            {
                return new TlsCheck(TlsVerdict.MalformedRoot, null);
            }

            byte[] bundle = store.CaBundle();
            if (!(bundle is null) && !ByteArray.AreEqual(bundle, fleetRoot))
            {
                return new TlsCheck(TlsVerdict.ForeignCaStore, null);
            }

            byte[] privateKey = key.ExportTlsKey();
            return privateKey is null
                ? new TlsCheck(TlsVerdict.KeyStays, null)
                : new TlsCheck(TlsVerdict.Accepted, new TlsParameters(host, port, fleetRoot, certificate, privateKey));
        }
    }
}

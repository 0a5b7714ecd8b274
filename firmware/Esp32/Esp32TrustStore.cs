using System;
using DeviceFirmware.Ports;

namespace DeviceFirmware.Esp32
{
    /// <summary>
    /// Reads the CA bundle of the CLR from the file the CLR keeps it in, <c>I:\con_XB1_0.sys</c>. The file is the CLR's
    /// HAL_Configuration_X509CaRootBundle as written: a marker of 4 bytes, the size of the bundle as uint32 little-endian, the bundle.
    /// (nf-interpreter, src/HAL/Include/nanoHAL_Network.h and targets/ESP32/_common/targetHAL_ConfigStorageLittlefs.c.)
    /// The marker is not looked at: CertificateManager leaves it uninitialised, and the TLS stack ignores it.
    /// </summary>
    public sealed class Esp32TrustStore : ITrustStore
    {
        private const string StoreName = "con_XB1_0.sys";
        private const int SizeOffset = 4;
        private const int BundleOffset = 8;

        private readonly IFiles _files;

        /// <summary>The store in these files.</summary>
        public Esp32TrustStore(IFiles files)
        {
            _files = files;
        }

        /// <inheritdoc/>
        /// <remarks>
        /// A file whose size field does not agree with its length comes back whole: the TLS stack may still find a certificate in it
        /// (CertificateManager's first call stores 8 bytes less than it claims), so it must never count as an empty store.
        /// </remarks>
        public byte[] CaBundle()
        {
            int length = _files.Length(StoreName);
            if (length <= 0)
            {
                return null;
            }

            byte[] stored = new byte[length];
            if (_files.Read(StoreName, 0, stored, 0, length) != length || length <= BundleOffset)
            {
                return stored;
            }

            uint size = stored[SizeOffset]
                | ((uint)stored[SizeOffset + 1] << 8)
                | ((uint)stored[SizeOffset + 2] << 16)
                | ((uint)stored[SizeOffset + 3] << 24);
            if (size != (uint)(length - BundleOffset))
            {
                return stored;
            }

            byte[] bundle = new byte[length - BundleOffset];
            Array.Copy(stored, BundleOffset, bundle, 0, bundle.Length);
            return bundle;
        }

        /// <inheritdoc/>
        /// <remarks>
        /// The file goes, in one step. CertificateManager could only put another bundle in its place, and its first call after that stores 8 bytes
        /// less than it claims. The CLR has read the file at its start: the restart that follows is what empties its memory.
        /// </remarks>
        public void Clear()
        {
            _files.Delete(StoreName);
        }
    }
}

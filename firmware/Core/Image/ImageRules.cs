using System;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Image
{
    /// <summary>What this board demands of an image. Built by the loader from the embedded anchors, the board, and the stored counter.</summary>
    public sealed class ImageRules
    {
        /// <summary>
        /// Rules with these keys (none: every image is refused), board type, payload kind, lowest security counter taken, loader version,
        /// CoreLibrary line (for example <c>1.17</c>) and largest image in bytes.
        /// </summary>
        public ImageRules(P256PublicKey[] otaKeys, string boardType, byte payloadKind, uint minimumCounter, ImageVersion loaderVersion, string coreLibrary, int maximumSize)
        {
            OtaKeys = otaKeys ?? throw new ArgumentNullException(nameof(otaKeys));
            BoardType = boardType ?? throw new ArgumentNullException(nameof(boardType));
            PayloadKind = payloadKind;
            MinimumCounter = minimumCounter;
            LoaderVersion = loaderVersion ?? throw new ArgumentNullException(nameof(loaderVersion));
            CoreLibrary = coreLibrary ?? throw new ArgumentNullException(nameof(coreLibrary));
            MaximumSize = maximumSize;
        }

        /// <summary>The embedded OTA keys: current, next.</summary>
        public P256PublicKey[] OtaKeys { get; }

        /// <summary>This board's type.</summary>
        public string BoardType { get; }

        /// <summary>The payload kind this board runs.</summary>
        public byte PayloadKind { get; }

        /// <summary>An image's security counter must be this or above.</summary>
        public uint MinimumCounter { get; }

        /// <summary>This loader's version.</summary>
        public ImageVersion LoaderVersion { get; }

        /// <summary>The CoreLibrary line of this deployment.</summary>
        public string CoreLibrary { get; }

        /// <summary>Slot size in bytes.</summary>
        public int MaximumSize { get; }
    }
}

using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Image
{
    /// <summary>What this board demands of an image. Built by the loader from the embedded anchors, the board, and the stored counter.</summary>
    public sealed class ImageRules
    {
        /// <summary>
        /// How far above <see cref="MinimumCounter"/> a board lets an image's counter be. A signed image with the largest counter, by a slip or a
        /// stolen key, would otherwise leave no counter for any later image.
        /// </summary>
        public const uint MaximumCounterStep = 1024;

        /// <summary>
        /// Rules with these keys (none: every image is refused), board type, payload kind, lowest security counter taken, loader version,
        /// CoreLibrary line (for example <c>1.17</c>) and largest image in bytes. No image is refused for what it did, and no counter is too high.
        /// </summary>
        public ImageRules(P256PublicKey[] otaKeys, string boardType, byte payloadKind, uint minimumCounter, ImageVersion loaderVersion, string coreLibrary, int maximumSize)
            : this(otaKeys, boardType, payloadKind, minimumCounter, loaderVersion, coreLibrary, maximumSize, new byte[0])
        {
            MaximumCounter = 0xFFFFFFFF;
        }

        /// <summary>
        /// What a board demands: the same, a counter at most <see cref="MaximumCounterStep"/> above the lowest, and none of the images that
        /// failed on it, by their digests (32 bytes each, one behind the other).
        /// </summary>
        public ImageRules(P256PublicKey[] otaKeys, string boardType, byte payloadKind, uint minimumCounter, ImageVersion loaderVersion, string coreLibrary, int maximumSize, byte[] refusedDigests)
        {
            MaximumCounter = minimumCounter > 0xFFFFFFFF - MaximumCounterStep ? 0xFFFFFFFF : minimumCounter + MaximumCounterStep;
            RefusedDigests = refusedDigests ?? throw new ArgumentNullException(nameof(refusedDigests));
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

        /// <summary>The counter of an image that is to be staged or installed must be this or below.</summary>
        public uint MaximumCounter { get; }

        /// <summary>This loader's version.</summary>
        public ImageVersion LoaderVersion { get; }

        /// <summary>The CoreLibrary line of this deployment.</summary>
        public string CoreLibrary { get; }

        /// <summary>
        /// Line of the contract with applications (major.minor): NFMRK1 assemblies that were built for another are refused before they are
        /// loaded. Empty: nobody asks.
        /// </summary>
        public string Contract { get; set; } = "";

        /// <summary>Slot size in bytes.</summary>
        public int MaximumSize { get; }

        /// <summary>Digests of the images that failed on this board, 32 bytes each, one behind the other.</summary>
        public byte[] RefusedDigests { get; }

        /// <summary>True when that digest is in a row of digests.</summary>
        public static bool Contains(byte[] digests, byte[] digest)
        {
            if (digests is null)
            {
                throw new ArgumentNullException(nameof(digests));
            }

            for (int start = 0; start + Sha256.Size <= digests.Length; start += Sha256.Size)
            {
                if (ByteArray.AreEqual(ByteArray.Slice(digests, start, Sha256.Size), digest))
                {
                    return true;
                }
            }

            return false;
        }
    }
}

using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Image;

namespace DeviceFirmware.Update
{
    /// <summary>
    /// The image that an update order names: {1: SHA-256 of the file, 2: length, 3: version, 4: board type}. The order's door decides whether
    /// it is fetched, the image door about the bytes.
    /// </summary>
    public sealed class WantedImage
    {
        /// <summary>An image.</summary>
        public WantedImage(byte[] fileHash, int length, ImageVersion version, string boardType)
        {
            FileHash = fileHash ?? throw new ArgumentNullException(nameof(fileHash));
            Length = length;
            Version = version ?? throw new ArgumentNullException(nameof(version));
            BoardType = boardType ?? throw new ArgumentNullException(nameof(boardType));
        }

        /// <summary>SHA-256 of the whole file.</summary>
        public byte[] FileHash { get; }

        /// <summary>Bytes.</summary>
        public int Length { get; }

        /// <summary>Version, as the image's header has it.</summary>
        public ImageVersion Version { get; }

        /// <summary>Board type, as the image has it.</summary>
        public string BoardType { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(4)
                .Unsigned(1).Bytes(FileHash)
                .Unsigned(2).Unsigned(Length)
                .Unsigned(3).Text(Version.ToString())
                .Unsigned(4).Text(BoardType)
                .ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static WantedImage Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(4);
            reader.Key(1);
            byte[] fileHash = reader.Bytes(Sha256.Size, Sha256.Size);
            reader.Key(2);
            int length = (int)reader.Unsigned(0x7FFFFFFF);
            reader.Key(3);
            ImageVersion version = ImageVersion.Parse(reader.Text(5, 32));
            reader.Key(4);
            string boardType = reader.Text(1, 32);
            return reader.IsComplete && length > 0 && !(version is null) ? new WantedImage(fileHash, length, version, boardType) : null;
        }
    }
}

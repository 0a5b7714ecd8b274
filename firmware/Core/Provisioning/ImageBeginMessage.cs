using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Provisioning
{
    /// <summary>The station announces an image: {1: length in bytes, 2: SHA-256 of the file}.</summary>
    public sealed class ImageBeginMessage
    {
        /// <summary>An announcement.</summary>
        public ImageBeginMessage(int length, byte[] fileHash)
        {
            Length = length;
            FileHash = fileHash;
        }

        /// <summary>Bytes, at least 1.</summary>
        public int Length { get; }

        /// <summary>SHA-256 of the whole file.</summary>
        public byte[] FileHash { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(2).Unsigned(1).Unsigned(Length).Unsigned(2).Bytes(FileHash).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static ImageBeginMessage Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(2);
            reader.Key(1);
            int length = (int)reader.Unsigned(0x7FFFFFFF);
            reader.Key(2);
            byte[] fileHash = reader.Bytes(Sha256.Size, Sha256.Size);
            return reader.IsComplete && length > 0 ? new ImageBeginMessage(length, fileHash) : null;
        }
    }
}

using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Update
{
    /// <summary>The board asks for a part of an image: {1: SHA-256 of the file, 2: offset, 3: length}.</summary>
    public sealed class ChunkRequest
    {
        /// <summary>The most bytes asked for at once.</summary>
        public const int MaximumLength = 1024;

        /// <summary>A request.</summary>
        public ChunkRequest(byte[] fileHash, int offset, int length)
        {
            FileHash = fileHash ?? throw new ArgumentNullException(nameof(fileHash));
            Offset = offset;
            Length = length;
        }

        /// <summary>SHA-256 of the whole file.</summary>
        public byte[] FileHash { get; }

        /// <summary>First byte wanted.</summary>
        public int Offset { get; }

        /// <summary>1 to <see cref="MaximumLength"/> bytes.</summary>
        public int Length { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(3).Unsigned(1).Bytes(FileHash).Unsigned(2).Unsigned(Offset).Unsigned(3).Unsigned(Length).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static ChunkRequest Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(3);
            reader.Key(1);
            byte[] fileHash = reader.Bytes(Sha256.Size, Sha256.Size);
            reader.Key(2);
            int offset = (int)reader.Unsigned(0x7FFFFFFF);
            reader.Key(3);
            int length = (int)reader.Unsigned(MaximumLength);
            return reader.IsComplete && length > 0 ? new ChunkRequest(fileHash, offset, length) : null;
        }
    }
}

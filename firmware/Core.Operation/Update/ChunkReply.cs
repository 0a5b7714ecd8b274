using System;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Update
{
    /// <summary>A part of an image: {1: SHA-256 of the file, 2: offset, 3: bytes}.</summary>
    public sealed class ChunkReply
    {
        /// <summary>A part.</summary>
        public ChunkReply(byte[] fileHash, int offset, byte[] data)
        {
            FileHash = fileHash ?? throw new ArgumentNullException(nameof(fileHash));
            Offset = offset;
            Data = data ?? throw new ArgumentNullException(nameof(data));
        }

        /// <summary>SHA-256 of the whole file.</summary>
        public byte[] FileHash { get; }

        /// <summary>Where it goes.</summary>
        public int Offset { get; }

        /// <summary>1 to <see cref="ChunkRequest.MaximumLength"/> bytes.</summary>
        public byte[] Data { get; }

        /// <summary>The body.</summary>
        public byte[] Encode()
        {
            return new CborWriter().Map(3).Unsigned(1).Bytes(FileHash).Unsigned(2).Unsigned(Offset).Unsigned(3).Bytes(Data).ToArray();
        }

        /// <summary>Reads a body; null when it is malformed.</summary>
        public static ChunkReply Decode(byte[] body)
        {
            var reader = new CborReader(body);
            reader.Map(3);
            reader.Key(1);
            byte[] fileHash = reader.Bytes(Sha256.Size, Sha256.Size);
            reader.Key(2);
            int offset = (int)reader.Unsigned(0x7FFFFFFF);
            reader.Key(3);
            byte[] data = reader.Bytes(1, ChunkRequest.MaximumLength);
            return reader.IsComplete ? new ChunkReply(fileHash, offset, data) : null;
        }
    }
}

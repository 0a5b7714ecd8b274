namespace DeviceFirmware.Ports
{
    /// <summary>
    /// The board's flash as a flat set of small files. On the board this is littlefs under <c>I:\</c>; names are at most 24 characters of
    /// <c>a-z 0-9 . -</c>. Every method is one storage operation: what it wrote is durable when it returns and not before (littlefs commits
    /// at close). A call that cannot be carried out throws <c>StorageFailedException</c>; what it began is as after a power cut.
    /// </summary>
    public interface IFiles
    {
        /// <summary>Bytes in the file, or -1 when there is none.</summary>
        int Length(string name);

        /// <summary>Copies up to <paramref name="count"/> bytes from <paramref name="position"/> on; returns how many, 0 at or after the end or when there is no such file.</summary>
        int Read(string name, int position, byte[] buffer, int index, int count);

        /// <summary>
        /// Makes the file, or empties the one there is, and writes <paramref name="count"/> bytes. Not atomic: a cut can leave no file, an
        /// empty one, or a part of the bytes.
        /// </summary>
        void Create(string name, byte[] data, int count);

        /// <summary>Overwrites or extends an existing file from <paramref name="position"/> (at most its length) on. Not atomic.</summary>
        void WriteAt(string name, int position, byte[] data, int index, int count);

        /// <summary>Removes the file; nothing happens when there is none.</summary>
        void Delete(string name);
    }
}

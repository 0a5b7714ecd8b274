// Package nanoFramework.System.IO.Streams.

namespace System.IO
{
    public enum SeekOrigin
    {
        Begin = 0,
        Current = 1,
        End = 2,
    }

    public abstract class Stream : MarshalByRefObject, IDisposable
    {
        public abstract int Read(byte[] buffer, int offset, int count);
        public abstract long Seek(long offset, SeekOrigin origin);
        public abstract void Flush();
        public abstract void SetLength(long value);
        public abstract void Write(byte[] buffer, int offset, int count);
        public abstract bool CanRead { get; }
        public abstract bool CanSeek { get; }
        public abstract bool CanWrite { get; }
        public virtual int WriteTimeout { get => throw null; set => throw null; }
        public abstract long Length { get; }
        public abstract long Position { get; set; }
        protected Stream() => throw null;
        protected virtual void Dispose(bool disposing) => throw null;
        public virtual int ReadByte() => throw null;
        public virtual void Close() => throw null;
        public void Dispose() => throw null;
        public virtual void WriteByte(byte value) => throw null;
    }
}

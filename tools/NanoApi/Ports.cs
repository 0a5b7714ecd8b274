// Package nanoFramework.System.IO.Ports.

namespace System.IO.Ports
{
    public sealed class SerialPort : IDisposable
    {
        public SerialPort(string portName, int baudRate = 9600, Parity parity = Parity.None, int dataBits = 8, StopBits stopBits = StopBits.One) => throw null;
        public bool IsOpen => throw null;
        public int BytesToRead => throw null;
        public int Read(byte[] buffer, int offset, int count) => throw null;
        public int ReadBufferSize { get => throw null; set => throw null; }
        public void Dispose() => throw null;
        public void Close() => throw null;
        public void Open() => throw null;
        public void Write(byte[] buffer, int offset, int count) => throw null;
    }

    public enum Parity
    {
        None = 0,
        Odd = 1,
        Even = 2,
    }

    public enum StopBits
    {
        One = 1,
        Two = 2,
        OnePointFive = 3,
    }
}

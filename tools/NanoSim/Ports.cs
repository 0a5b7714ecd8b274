// Shadows of package nanoFramework.System.IO.Ports, on the simulated serial line.
using DeviceFirmware.NanoSim.Host;

namespace System.IO.Ports
{
    /// <summary>Parity.</summary>
    public enum Parity
    {
        /// <summary>None.</summary>
        None = 0,

        /// <summary>Odd.</summary>
        Odd = 1,

        /// <summary>Even.</summary>
        Even = 2,
    }

    /// <summary>Stop bits.</summary>
    public enum StopBits
    {
        /// <summary>1.</summary>
        One = 1,

        /// <summary>2.</summary>
        Two = 2,

        /// <summary>1.5.</summary>
        OnePointFive = 3,
    }

    /// <summary>The UART. The wire protocol owns COM1; the receive buffer has 256 bytes unless set before Open.</summary>
    public sealed class SerialPort : IDisposable
    {
        private const int DefaultBufferSize = 256;

        private readonly string _name;
        private int _bufferSize = DefaultBufferSize;
        private SimSerial _line;

        /// <summary>A port, not yet open.</summary>
        public SerialPort(string portName, int baudRate = 9600, Parity parity = Parity.None, int dataBits = 8, StopBits stopBits = StopBits.One)
        {
            _name = portName;
        }

        /// <summary>True while open.</summary>
        public bool IsOpen => _line != null;

        /// <summary>Bytes that wait.</summary>
        public int BytesToRead => Line().Available;

        /// <summary>Bytes the driver keeps; only while closed.</summary>
        public int ReadBufferSize
        {
            get => _bufferSize;
            set
            {
                if (_line != null)
                {
                    throw new InvalidOperationException("the port is open");
                }

                _bufferSize = value;
            }
        }

        /// <summary>Opens the port.</summary>
        public void Open()
        {
            if (_name != "COM2" && _name != "COM3")
            {
                throw new ArgumentException("no such port");
            }

            if (_line != null)
            {
                throw new InvalidOperationException("the port is open");
            }

            _line = new SimSerial(_bufferSize);
        }

        /// <summary>Takes up to that many of the bytes that wait.</summary>
        public int Read(byte[] buffer, int offset, int count) => Line().Read(buffer, offset, count);

        /// <summary>Sends the bytes.</summary>
        public void Write(byte[] buffer, int offset, int count) => Line().Write(buffer, offset, count);

        /// <summary>Closes the port.</summary>
        public void Close()
        {
            _line?.Close();
            _line = null;
        }

        /// <summary>Closes the port.</summary>
        public void Dispose() => Close();

        private SimSerial Line() => _line ?? throw new InvalidOperationException("the port is closed");
    }
}

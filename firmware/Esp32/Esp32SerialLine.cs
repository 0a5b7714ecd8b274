using System.IO.Ports;
using System.Threading;
using DeviceFirmware.Ports;
using nanoFramework.Hardware.Esp32;

namespace DeviceFirmware.Esp32
{
    /// <summary>The provisioning UART at 115200 baud, 8N1, no flow control.</summary>
    public sealed class Esp32SerialLine : ISerialLine
    {
        private const int BaudRate = 115200;

        /// <summary>Two frames of the largest size; the platform's default is 256 and can only be changed before Open.</summary>
        private const int ReceiveBufferSize = 4096;

        private const int PollMilliseconds = 5;

        private readonly SerialPort _port;

        /// <summary>Opens the port; throws when the board has no such port or pin.</summary>
        /// <param name="portName">COM2 or COM3 on a plain ESP32.</param>
        /// <param name="transmitPin">GPIO of the transmit line.</param>
        /// <param name="receivePin">GPIO of the receive line.</param>
        public Esp32SerialLine(string portName, int transmitPin, int receivePin)
        {
            bool third = portName == "COM3";
            Configuration.SetPinFunction(transmitPin, third ? DeviceFunction.COM3_TX : DeviceFunction.COM2_TX);
            Configuration.SetPinFunction(receivePin, third ? DeviceFunction.COM3_RX : DeviceFunction.COM2_RX);
            _port = new SerialPort(portName, BaudRate, Parity.None, 8, StopBits.One);
            _port.ReadBufferSize = ReceiveBufferSize;
            _port.Open();
        }

        /// <inheritdoc/>
        public int Read(byte[] buffer, int timeoutMilliseconds)
        {
            long deadline = System.Environment.TickCount64 + timeoutMilliseconds;
            int available = _port.BytesToRead;
            while (available <= 0)
            {
                if (System.Environment.TickCount64 >= deadline)
                {
                    return 0;
                }

                Thread.Sleep(PollMilliseconds);
                available = _port.BytesToRead;
            }

            return _port.Read(buffer, 0, available < buffer.Length ? available : buffer.Length);
        }

        /// <inheritdoc/>
        public void Write(byte[] buffer, int count)
        {
            _port.Write(buffer, 0, count);
        }
    }
}

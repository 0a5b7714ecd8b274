using System;
using System.Net.NetworkInformation;
using System.Threading;
using DeviceFirmware.Ports;
using nanoFramework.Hardware.Esp32;
using nanoFramework.Runtime.Native;

namespace DeviceFirmware.Esp32
{
    /// <summary>The board's own facts, its console and its reset.</summary>
    public sealed class Esp32Board : IBoard
    {
        private const string HexDigits = "0123456789abcdef";

        private readonly string _hardwareId = StationAddress();
        private readonly string _boardType = BoardSettings.BoardType();
        private readonly byte _payloadKind = BoardSettings.PayloadKind();

        /// <inheritdoc/>
        public string HardwareId
        {
            get { return _hardwareId; }
        }

        /// <inheritdoc/>
        public string BoardType
        {
            get { return _boardType; }
        }

        /// <inheritdoc/>
        public byte PayloadKind
        {
            get { return _payloadKind; }
        }

        /// <inheritdoc/>
        public int SlotSize
        {
            get { return BoardTarget.SlotSize; }
        }

        /// <inheritdoc/>
        public int TelemetrySize
        {
            get { return BoardTarget.TelemetrySize; }
        }

        /// <inheritdoc/>
        public bool HasDebugger
        {
            get { return System.Diagnostics.Debugger.IsAttached; }
        }

        /// <inheritdoc/>
        public int FreeHeap()
        {
            return (int)(long)nanoFramework.Runtime.Native.GC.Run(false);
        }

        /// <inheritdoc/>
        public int LargestFreeBlock()
        {
            uint total = 0;
            uint free = 0;
            uint largest = 0;
            NativeMemory.GetMemoryInfo(NativeMemory.MemoryType.Internal, ref total, ref free, ref largest);
            return (int)(long)largest;
        }

        /// <inheritdoc/>
        public void Log(string line)
        {
            Console.WriteLine(line);
        }

        /// <inheritdoc/>
        public void Restart()
        {
            Power.RebootDevice();

            // The reset is asynchronous: nothing of this board may run on meanwhile.
            Thread.Sleep(Timeout.Infinite);
        }

        /// <summary>The MAC of the Wi-Fi station as 12 lower-case hexadecimal digits; zeros when there is no station.</summary>
        private static string StationAddress()
        {
            byte[] address = new byte[6];
            NetworkInterface[] interfaces = NetworkInterface.GetAllNetworkInterfaces();
            for (int i = 0; i < interfaces.Length; i++)
            {
                if (interfaces[i].NetworkInterfaceType == NetworkInterfaceType.Wireless80211)
                {
                    byte[] found = interfaces[i].PhysicalAddress;
                    if (found != null && found.Length == address.Length)
                    {
                        address = found;
                        break;
                    }
                }
            }

            char[] text = new char[address.Length * 2];
            for (int i = 0; i < address.Length; i++)
            {
                text[2 * i] = HexDigits[address[i] >> 4];
                text[(2 * i) + 1] = HexDigits[address[i] & 15];
            }

            return new string(text);
        }
    }
}

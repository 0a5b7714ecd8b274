using System.Diagnostics;
using System.IO.Ports;
using System.Security.Cryptography;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Board;

/// <summary>Asks the loader on the provisioning UART who it is: a Hello frame, a Board frame back. What it says is not proven.</summary>
public static class LoaderGreeting
{
    private const int BitsPerSecond = 115200;
    private static readonly TimeSpan _interval = TimeSpan.FromSeconds(1);

    /// <summary>The answer, or null when none came in time.</summary>
    public static BoardMessage? Ask(string portName, TimeSpan patience)
    {
        using SerialPort port = Open(portName);
        byte[] nonce = RandomNumberGenerator.GetBytes(SerialSession.NonceSize);
        byte[] hello = new SerialFrame(MessageType.Hello, new HelloMessage(nonce).Encode()).Encode();
        byte[] buffer = new byte[512];
        SerialFrameReader reader = new();
        Stopwatch watch = Stopwatch.StartNew();
        try
        {
            while (watch.Elapsed < patience)
            {
                port.Write(hello, 0, hello.Length);
                Stopwatch turn = Stopwatch.StartNew();
                while (turn.Elapsed < _interval)
                {
                    int count = Read(port, buffer);
                    for (int i = 0; i < count; i++)
                    {
                        reader.Take(buffer[i]);
                        if (reader.Frame is { Type: MessageType.Board } frame && BoardMessage.Decode(frame.Body) is BoardMessage board && nonce.AsSpan().SequenceEqual(board.Nonce))
                        {
                            return board;
                        }
                    }
                }
            }

            return null;
        }
        catch (Exception problem) when (problem is IOException or InvalidOperationException)
        {
            throw ToolFailure.Refused("line-lost", $"the serial port {portName} is gone: {problem.Message}");
        }
    }

    /// <summary>The port, 8N1 without flow control, or bad input.</summary>
    public static SerialPort Open(string portName, int bitsPerSecond = BitsPerSecond)
    {
        SerialPort port = new(portName, bitsPerSecond, Parity.None, 8, StopBits.One) { Handshake = Handshake.None, ReadTimeout = 100, WriteTimeout = 5000 };
        try
        {
            port.Open();
            return port;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ArgumentException or InvalidOperationException)
        {
            port.Dispose();
            throw ToolFailure.BadInput($"cannot open the serial port {portName}: {problem.Message}. `board doctor --port {portName}` says more");
        }
    }

    /// <summary>What is there now, 0 when nothing came within the port's time-out.</summary>
    public static int Read(SerialPort port, byte[] buffer)
    {
        try
        {
            return port.Read(buffer, 0, buffer.Length);
        }
        catch (TimeoutException)
        {
            return 0;
        }
    }
}

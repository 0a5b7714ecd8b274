using System.IO.Ports;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary>A serial port (<c>/dev/ttyUSB0</c>, <c>COM3</c>, or a pseudo-terminal): 8N1, no flow control.</summary>
public sealed class SerialPortLine : IStationLine
{
    private const int WriteTimeoutMilliseconds = 5000;
    private const string PseudoTerminals = "/dev/pts/";

    private readonly string _path;
    private readonly int _baud;
    private SerialPort? _port;
    private string _target = "";

    private SerialPortLine(string path, int baud)
    {
        _path = path;
        _baud = baud;
    }

    /// <summary>Opens the port, or ends the tool with bad input.</summary>
    public static SerialPortLine Open(string path, int baud)
    {
        SerialPortLine line = new(path, baud);
        try
        {
            line.OpenPort();
            return line;
        }
        catch (IOException problem)
        {
            throw ToolFailure.BadInput(problem.Message);
        }
    }

    /// <inheritdoc/>
    public int Read(byte[] buffer, int timeoutMilliseconds)
    {
        try
        {
            SerialPort port = Port();
            port.ReadTimeout = Math.Max(1, timeoutMilliseconds);
            return port.Read(buffer, 0, buffer.Length);
        }
        catch (TimeoutException)
        {
            return 0;
        }
        catch (Exception problem) when (IsLoss(problem))
        {
            throw Lost(problem);
        }
    }

    /// <inheritdoc/>
    public void Write(byte[] buffer, int count)
    {
        try
        {
            Port().Write(buffer, 0, count);
        }
        catch (Exception problem) when (problem is TimeoutException || IsLoss(problem))
        {
            throw Lost(problem);
        }
    }

    /// <inheritdoc/>
    /// <remarks>
    /// A port that still stands is kept: opening one moves DTR and RTS, which resets many boards. Only a pseudo-terminal is always opened
    /// again, since a board's restart may have closed its other end without this end being told.
    /// </remarks>
    public void Refresh()
    {
        if (_port is { IsOpen: true } && Target() == _target && !_target.StartsWith(PseudoTerminals, StringComparison.Ordinal))
        {
            return;
        }

        Dispose();
        OpenPort();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        try
        {
            _port?.Dispose();
        }
        catch (IOException)
        {
            // The device is gone already; so is what was to be closed.
        }

        _port = null;
    }

    private void OpenPort()
    {
        SerialPort port = new(_path, _baud, Parity.None, 8, StopBits.One)
        {
            Handshake = Handshake.None,
            WriteTimeout = WriteTimeoutMilliseconds,
        };
        try
        {
            _target = Target();
            port.Open();
            _port = port;
        }
        catch (Exception problem) when (IsLoss(problem) || problem is UnauthorizedAccessException or ArgumentException)
        {
            port.Dispose();
            bool isMissing = !OperatingSystem.IsWindows() && !File.Exists(Target());
            throw new IOException($"cannot open the serial port {_path}: {(isMissing ? "there is no such device" : problem.Message)}");
        }
    }

    private SerialPort Port() => _port ?? throw new IOException($"the serial port {_path} is gone");

    private string Target()
    {
        string? link = new FileInfo(_path).ResolveLinkTarget(returnFinalTarget: true)?.FullName;
        return link ?? _path;
    }

    private IOException Lost(Exception problem)
    {
        Dispose();
        return new IOException($"the serial port {_path} is gone: {problem.Message}");
    }

    // SerialPort reports a device that went away in any of these ways.
    private static bool IsLoss(Exception problem) => problem is IOException or InvalidOperationException or UnauthorizedAccessException;
}

using System.Net.Sockets;

namespace DeviceFirmware.Factory;

/// <summary>A serial line behind a network adapter or a virtual board: <c>tcp:HOST:PORT</c>, bytes as they are.</summary>
public sealed class TcpLine : IStationLine
{
    /// <summary>What such a port's name begins with.</summary>
    public const string Scheme = "tcp:";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly string _name;
    private readonly string _host;
    private readonly int _port;
    private Socket? _socket;

    private TcpLine(string name, string host, int port)
    {
        _name = name;
        _host = host;
        _port = port;
    }

    /// <summary>True when the name is of this form.</summary>
    public static bool IsName(string name) => name.StartsWith(Scheme, StringComparison.Ordinal) && Parse(name) is not null;

    /// <summary>Connects, or throws <see cref="IOException"/>.</summary>
    public static TcpLine Open(string name)
    {
        (string host, int port) = Parse(name) ?? throw new IOException($"{name} is not tcp:HOST:PORT");
        TcpLine line = new(name, host, port);
        line.Connect();
        return line;
    }

    /// <inheritdoc/>
    public int Read(byte[] buffer, int timeoutMilliseconds) => Guarded(socket =>
    {
        if (!socket.Poll(TimeSpan.FromMilliseconds(Math.Max(1, timeoutMilliseconds)), SelectMode.SelectRead))
        {
            return 0;
        }

        int count = socket.Receive(buffer);
        return count > 0 ? count : throw new IOException($"{_name} was closed");
    });

    /// <inheritdoc/>
    public void Write(byte[] buffer, int count) => Guarded(socket => socket.Send(buffer.AsSpan(0, count)));

    /// <inheritdoc/>
    public void Refresh()
    {
        if (_socket is not { Connected: true })
        {
            Connect();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _socket?.Dispose();
        _socket = null;
    }

    private static (string Host, int Port)? Parse(string name)
    {
        int colon = name.LastIndexOf(':');
        string host = colon > Scheme.Length ? name[Scheme.Length..colon] : "";
        return host.Length > 0 && int.TryParse(name.AsSpan(colon + 1), out int port) && port is > 0 and <= 65535 ? (host.Trim('[', ']'), port) : null;
    }

    private void Connect()
    {
        Dispose();
        Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, SendTimeout = (int)_patience.TotalMilliseconds };
        try
        {
            using CancellationTokenSource limit = new(_patience);
            socket.ConnectAsync(_host, _port, limit.Token).AsTask().GetAwaiter().GetResult();
            _socket = socket;
        }
        catch (Exception problem) when (problem is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            throw new IOException($"cannot connect to {_name}: {problem.Message}");
        }
    }

    private int Guarded(Func<Socket, int> body)
    {
        try
        {
            return body(_socket ?? throw new IOException($"{_name} is gone"));
        }
        catch (Exception problem) when (problem is SocketException or ObjectDisposedException or IOException)
        {
            Dispose();
            throw problem as IOException ?? new IOException($"{_name} is gone: {problem.Message}");
        }
    }
}

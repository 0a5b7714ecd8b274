using System.Net;
using System.Net.Sockets;

namespace DeviceFirmware.NanoSim.Host;

/// <summary>A socket on the access point: this machine's loopback, on the port that stands for the board's port 80.</summary>
public sealed class SimSocket
{
    private readonly Socket _socket;

    private SimSocket(Socket socket) => _socket = socket;

    /// <summary>Bytes that wait.</summary>
    public int Available => Try(() => _socket.Available);

    /// <summary>Listens; throws SimSocketException without an access point.</summary>
    public static SimSocket Listen(int backlog)
    {
        int port = SimBoard.Options.SetupPort;
        if (!SimAccessPoint.IsUp || port == 0)
        {
            throw new SimSocketException(SocketError.NetworkDown);
        }

        return Try(() =>
        {
            Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
            listener.Listen(backlog);
            return new SimSocket(listener);
        });
    }

    /// <summary>True when there is something to accept or receive.</summary>
    public bool Poll(int microSeconds) => Try(() => _socket.Poll(microSeconds, SelectMode.SelectRead));

    /// <summary>Takes a connection.</summary>
    public SimSocket Accept() => Try(() => new SimSocket(_socket.Accept()));

    /// <summary>Takes what has arrived.</summary>
    public int Receive(byte[] buffer, int offset, int size) => Try(() => _socket.Receive(buffer, offset, size, SocketFlags.None));

    /// <summary>Sends all, waiting that long.</summary>
    public int Send(byte[] buffer, int timeoutMilliseconds)
    {
        return Try(() =>
        {
            _socket.SendTimeout = timeoutMilliseconds;
            return _socket.Send(buffer);
        });
    }

    /// <summary>Closes.</summary>
    public void Close() => _socket.Close();

    private static T Try<T>(Func<T> call)
    {
        SimCpu.Pass();
        try
        {
            return call();
        }
        catch (SocketException exception)
        {
            throw new SimSocketException(exception.SocketErrorCode);
        }
    }
}

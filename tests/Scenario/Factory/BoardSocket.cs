using System.Net;
using System.Net.Sockets;
using DeviceFirmware.Provisioning;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>A board behind a socket.</summary>
internal sealed class BoardSocket : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    public BoardSocket(FakeBoard board)
    {
        _listener.Start();
        Thread thread = new(() => Serve(board)) { IsBackground = true };
        thread.Start();
    }

    public string Port => $"tcp:127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}";

    public void Dispose() => _listener.Dispose();

    private void Serve(FakeBoard board)
    {
        try
        {
            while (true)
            {
                using NetworkStream stream = new(_listener.AcceptSocket(), ownsSocket: true);
                SerialFrameReader reader = new();
                for (int value = stream.ReadByte(); value >= 0; value = stream.ReadByte())
                {
                    reader.Take((byte)value);
                    if (reader.Frame is SerialFrame request)
                    {
                        stream.Write(board.Answer(request)?.Encode() ?? []);
                    }
                }
            }
        }
        catch (Exception problem) when (problem is SocketException or IOException or ObjectDisposedException)
        {
            // The test is over, or the station has left.
        }
    }
}

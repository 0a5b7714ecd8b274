using System.Net.Sockets;

namespace DeviceFirmware.NanoSim.Host;

/// <summary>The socket layer failed. The shadow types turn it into the platform's SocketException.</summary>
public sealed class SimSocketException(SocketError error) : Exception($"socket error {(int)error}")
{
    /// <summary>The code, as the platform numbers it.</summary>
    public SocketError Error { get; } = error;
}

/// <summary>The TLS handshake failed.</summary>
public sealed class SimTlsException(string message) : Exception(message);

using System.Net;
using System.Net.Sockets;

namespace DeviceFirmware.NanoSim.Host;

/// <summary>The Wi-Fi station and the network behind it, which is this machine's.</summary>
public static class SimRadio
{
    private const int JoinMilliseconds = 20;

    private static volatile bool _isJoined;

    /// <summary>True once the radio was used.</summary>
    public static bool IsOn { get; private set; }

    /// <summary>True once a network was joined.</summary>
    public static bool IsJoined => _isJoined;

    /// <summary>A scan needs the radio.</summary>
    public static void Scan()
    {
        SimCpu.Pass();
        IsOn = true;
    }

    /// <summary>Every network with a name lets the board in.</summary>
    public static bool Join(string ssid)
    {
        SimThreads.Sleep(JoinMilliseconds);
        IsOn = true;
        if (string.IsNullOrEmpty(ssid))
        {
            return false;
        }

        if (!_isJoined)
        {
            _isJoined = true;
            if (SimBoard.Options.HasNetworkTime)
            {
                SimClock.StartNetworkTime();
            }
        }

        return true;
    }

    /// <summary>Resolves a host name to an IPv4 address; throws SimSocketException without a network or without an answer.</summary>
    public static IPAddress Resolve(string hostName)
    {
        SimCpu.Pass();
        if (!_isJoined)
        {
            throw new SimSocketException(SocketError.NetworkDown);
        }

        try
        {
            foreach (IPAddress address in Dns.GetHostAddresses(hostName))
            {
                if (address.AddressFamily == AddressFamily.InterNetwork)
                {
                    return address;
                }
            }
        }
        catch (SocketException exception)
        {
            throw new SimSocketException(exception.SocketErrorCode);
        }

        throw new SimSocketException(SocketError.HostNotFound);
    }
}

using System.Net;
using System.Security.Cryptography.X509Certificates;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Packets;

namespace DeviceFirmware.Fleet;

/// <summary>
/// One connection, as MQTTnet sees it. It adds two things to MQTTnet's own channel: it keeps the CONNECT packet, whose will the server does
/// not show to those who validate a connection, and it can be cut at once.
/// </summary>
internal sealed class DeviceChannel(IMqttChannelAdapter inner, Action cut) : IMqttChannelAdapter
{
    /// <summary>The CONNECT packet; null until it has come.</summary>
    public MqttConnectPacket? Connect { get; private set; }

    public long BytesReceived => inner.BytesReceived;

    public long BytesSent => inner.BytesSent;

    public X509Certificate2 ClientCertificate => inner.ClientCertificate;

    public EndPoint RemoteEndPoint => inner.RemoteEndPoint;

    public EndPoint LocalEndPoint => inner.LocalEndPoint;

    public bool IsSecureConnection => true; // only TlsListener makes these

    public MqttPacketFormatterAdapter PacketFormatterAdapter => inner.PacketFormatterAdapter;

    /// <summary>The client's address without its port.</summary>
    public string Address => TlsListener.AddressOf(inner.RemoteEndPoint);

    public async Task<MqttPacket> ReceivePacketAsync(CancellationToken cancellationToken)
    {
        MqttPacket packet = await inner.ReceivePacketAsync(cancellationToken).ConfigureAwait(false);
        Connect ??= packet as MqttConnectPacket;
        return packet;
    }

    public Task ConnectAsync(CancellationToken cancellationToken)
    {
        return inner.ConnectAsync(cancellationToken);
    }

    public Task DisconnectAsync(CancellationToken cancellationToken)
    {
        return inner.DisconnectAsync(cancellationToken);
    }

    public Task SendPacketAsync(MqttPacket packet, CancellationToken cancellationToken)
    {
        return inner.SendPacketAsync(packet, cancellationToken);
    }

    public void ResetStatistics()
    {
        inner.ResetStatistics();
    }

    /// <summary>Closes the socket, whatever anybody is doing on it.</summary>
    public void Cut()
    {
        cut();
    }

    public void Dispose()
    {
        inner.Dispose();
    }
}

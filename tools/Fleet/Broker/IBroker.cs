using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace DeviceFirmware.Fleet;

/// <summary>One end of the broker: where it listens and the certificate that it shows there.</summary>
public sealed record BrokerEnd(IPEndPoint Where, X509Certificate2 Certificate);

/// <summary>
/// The broker seam: everything the fleet wants of a broker. Two stand behind it, the embedded one (<see cref="FleetBroker"/>) and Mosquitto
/// (<see cref="MosquittoBroker"/>). Each writes its decisions to the one decision log.
/// </summary>
public interface IBroker : IAsyncDisposable
{
    /// <summary>A device has published what it may: id, topic, payload.</summary>
    Func<string, string, byte[], Task> Received { get; set; }

    /// <summary>A device listens to its commands from now on.</summary>
    Func<string, Task> Listening { get; set; }

    /// <summary>The TLS port, once started.</summary>
    int Port { get; }

    /// <summary>The port of the other certificate, once started; 0 when there is none.</summary>
    int NextPort { get; }

    /// <summary>How many devices hold a connection.</summary>
    int Connected { get; }

    /// <summary>Begins to serve.</summary>
    Task StartAsync();

    /// <summary>True while the device holds a connection.</summary>
    bool IsConnected(string deviceId);

    /// <summary>True while the device holds a connection by its IDevID, and the broker can tell.</summary>
    bool IsInitial(string deviceId);

    /// <summary>True when it knows with which of its certificates a device has come, and asks the registry for each.</summary>
    bool TellsCertificatesApart { get; }

    /// <summary>Sends to <c>devices/{id}/commands/{name}</c>.</summary>
    Task SendAsync(string deviceId, string name, byte[] payload);

    /// <summary>
    /// Applies what the registry says of a device now: its rights, none when it may not connect. Ends its connection when it may no longer
    /// be, or lives under another document. To be called after each change of a device's state.
    /// </summary>
    Task ReviewAsync(string deviceId);
}

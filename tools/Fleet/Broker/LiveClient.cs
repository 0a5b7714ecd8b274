namespace DeviceFirmware.Fleet;

/// <summary>A connection that has been let in, with what each later decision needs.</summary>
internal sealed class LiveClient(DeviceChannel channel, ClientCertificate? certificate, DevicePolicies policies)
{
    private readonly HashSet<string> _filters = new(StringComparer.Ordinal);
    private int _isEnding;

    public DeviceChannel Channel => channel;

    public string Address => channel.Address;

    /// <summary>The last second of the certificate with which it came, UTC.</summary>
    public DateTime NotAfter => certificate?.NotAfter ?? DateTime.MinValue;

    /// <summary>True when it came with the device's IDevID.</summary>
    public bool IsInitial { get; set; }

    /// <summary>The edition under which it was let in.</summary>
    public string Document { get; set; } = "";

    public ClientPolicy Decide(DeviceRegistry registry, ClientRequest request)
    {
        string id = certificate?.Id ?? "";
        return ClientPolicy.Decide(certificate, registry.Find(id), policies, request, registry.Local(id, certificate?.Fingerprint ?? ""));
    }

    /// <summary>True once: its end is told of by whoever asks first.</summary>
    public bool TryEnd() => Interlocked.Exchange(ref _isEnding, 1) == 0;

    public void Forget(string filter)
    {
        lock (_filters)
        {
            _filters.Remove(filter);
        }
    }

    public bool TryNote(string filter, int maximum)
    {
        lock (_filters)
        {
            return _filters.Contains(filter) || (_filters.Count < maximum && _filters.Add(filter));
        }
    }
}

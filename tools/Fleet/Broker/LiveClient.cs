namespace DeviceFirmware.Fleet;

/// <summary>A connection that has been let in, with what each later decision needs.</summary>
internal sealed class LiveClient(DeviceChannel channel, ClientCertificate? certificate, PolicySet policies)
{
    private readonly HashSet<string> _filters = new(StringComparer.Ordinal);
    private volatile DevicePolicies _bound = policies.For(new PolicySubject(certificate?.Id ?? ""));
    private int _isEnding;

    public DeviceChannel Channel => channel;

    public string Address => channel.Address;

    /// <summary>The last second of the certificate with which it came, UTC.</summary>
    public DateTime NotAfter => certificate?.NotAfter ?? DateTime.MinValue;

    /// <summary>True when it came with the device's IDevID.</summary>
    public bool IsInitial { get; set; }

    /// <summary>The edition under which it was let in.</summary>
    public string Document { get; set; } = "";

    /// <summary>The device and its owner as it was let in.</summary>
    public PolicySubject LetInAs { get; set; } = new("");

    /// <summary>The documents as of some decision, of the last one while there is one at a time.</summary>
    public DevicePolicies Bound => _bound;

    public ClientPolicy Decide(DeviceRegistry registry, ClientRequest request)
    {
        string id = certificate?.Id ?? "";
        Device? device = registry.Find(id);
        DevicePolicies bound = _bound;
        if (device is not null && !bound.Subject.Is(device))
        {
            _bound = bound = policies.For(PolicySubject.Of(device));
        }

        return ClientPolicy.Decide(certificate, device, bound, request, registry.Local(id, certificate?.Fingerprint ?? ""));
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

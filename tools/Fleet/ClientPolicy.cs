namespace DeviceFirmware.Fleet;

/// <summary>Why a client may or may not do something.</summary>
public enum ClientVerdict
{
    /// <summary>Nothing has been decided: refuses.</summary>
    NotEvaluated = 0,

    /// <summary>It may.</summary>
    Allowed,

    /// <summary>There is no certificate, so there is no identity.</summary>
    NoCertificate,

    /// <summary>The certificate names no device.</summary>
    CertificateIdentity,

    /// <summary>The registry has no such device.</summary>
    UnknownDevice,

    /// <summary>The certificate's key is not the registered one.</summary>
    KeyDiffers,

    /// <summary>The certificate is not the registered one.</summary>
    CertificateDiffers,

    /// <summary>The certificate has ended: by itself, or because the registry ended it.</summary>
    CertificateEnded,

    /// <summary>The certificate's serialNumber is neither the id nor the registered hardware id.</summary>
    SerialNumberDiffers,

    /// <summary>The device's state does not let it connect.</summary>
    State,

    /// <summary>The client id is not the certificate's id.</summary>
    ClientIdDiffers,

    /// <summary>The user name is not the certificate's id.</summary>
    UserNameDiffers,

    /// <summary>The topic name is none that can be published to.</summary>
    MalformedTopic,

    /// <summary>The topic filter is malformed.</summary>
    MalformedFilter,

    /// <summary>The topic or filter begins with <c>$</c>.</summary>
    Reserved,

    /// <summary>A statement of the policy denies it.</summary>
    ExplicitDeny,

    /// <summary>No statement of the policy allows it.</summary>
    DefaultDeny,
}

/// <summary>What a client asks for.</summary>
public abstract record ClientRequest
{
    private ClientRequest()
    {
    }

    /// <summary>To hold a connection. The will, where there is one, is judged as a publish.</summary>
    public sealed record Connect(string ClientId, string? UserName, string? WillTopic) : ClientRequest;

    /// <summary>To publish.</summary>
    public sealed record Publish(string Topic) : ClientRequest;

    /// <summary>To subscribe.</summary>
    public sealed record Subscribe(string Filter) : ClientRequest;
}

/// <summary>
/// The door "may this client do this?", the only maker of its values. <see cref="Decide"/> is its entry for whoever has seen the certificate.
/// Ordered checks, the first that refuses answers: identity from the certificate, what the registry knows of it now, its state now, then the
/// request against the policy document: explicit deny first, default deny. Two narrower entries, each with its one caller (DoorRule):
/// <see cref="DecideNamed"/>, where Mosquitto has seen the certificate, and <see cref="Explain"/>, where nobody asks but who writes a policy.
/// </summary>
public sealed class ClientPolicy
{
    private ClientPolicy(ClientVerdict verdict, string token, string reason, string resource, int statement = 0, string document = "")
    {
        Document = document;
        Verdict = verdict;
        Token = token;
        Reason = reason;
        Resource = resource;
        Statement = statement;
    }

    /// <summary>The verdict.</summary>
    public ClientVerdict Verdict { get; }

    /// <summary>True when the client may.</summary>
    public bool IsAllowed => Verdict == ClientVerdict.Allowed;

    /// <summary>The verdict as a word for programs.</summary>
    public string Token { get; }

    /// <summary>The verdict for people.</summary>
    public string Reason { get; }

    /// <summary>What it was about, as in a policy: <c>device:…</c>, <c>topic:…</c> or <c>topicfilter:…</c>.</summary>
    public string Resource { get; }

    /// <summary>The deciding statement, counted from 1; 0 when no statement decided.</summary>
    public int Statement { get; }

    /// <summary>The edition of the document that was asked, such as <c>operational@2026-01-09#0123456789ab</c>; empty when none was.</summary>
    public string Document { get; }

    /// <summary>
    /// Decides one request. <paramref name="device"/> is the registry's present record under the certificate's id,
    /// <paramref name="policies"/> the documents bound to that record's id, tenant and product; <see cref="PolicyTable"/> says which of them applies.
    /// <paramref name="local"/> is the registry's row of this very certificate when the fleet has issued it; null: it must be the initial one.
    /// </summary>
    public static ClientPolicy Decide(ClientCertificate? certificate, Device? device, DevicePolicies policies, ClientRequest request, DeviceCertificate? local = null)
    {
        string resource = ResourceOf(request);
        if (Identity(certificate, device, local, policies, resource, out PolicyKind kind) is { } refused)
        {
            return refused;
        }

        ClientPolicy decision = Request(policies.Bound(kind), request, resource);
        return new ClientPolicy(decision.Verdict, decision.Token, decision.Reason, decision.Resource, decision.Statement, policies.Label(kind));
    }

    /// <summary>What a document says to the device it is bound to, its identity and its state set aside: for people who write policies.</summary>
    internal static ClientPolicy Explain(BoundPolicy policy, ClientRequest request)
    {
        return Request(policy, request, ResourceOf(request));
    }

    /// <summary>
    /// Decides for a connection whose identity another broker has judged, by chain and common name alone (THREATS, Mosquitto): what remains is
    /// whether the registry knows the id, its state, and the document.
    /// </summary>
    internal static ClientPolicy DecideNamed(string id, Device? device, DevicePolicies policies, ClientRequest request)
    {
        string resource = ResourceOf(request);
        if (device is null || device.Id != id)
        {
            return new ClientPolicy(ClientVerdict.UnknownDevice, "unknown-device", "no device of this id is registered", resource);
        }

        if (!policies.Subject.Is(device))
        {
            return BoundToAnother(resource);
        }

        PolicyKind kind = PolicyTable.Settled(device);
        if (kind == PolicyKind.None)
        {
            string state = DeviceRegistry.Word(device.State);
            return new ClientPolicy(ClientVerdict.State, $"state-{state}", $"the device is {state}: {device.StateReason}", resource);
        }

        ClientPolicy decision = Request(policies.Bound(kind), request, resource);
        return new ClientPolicy(decision.Verdict, decision.Token, decision.Reason, decision.Resource, decision.Statement, policies.Label(kind));
    }

    private static ClientPolicy Request(BoundPolicy policy, ClientRequest request, string resource)
    {
        return request switch
        {
            ClientRequest.Connect connect => DecideConnect(policy.DeviceId, policy, connect, resource),
            ClientRequest.Publish publish => DecidePublish(policy, publish.Topic, resource),
            ClientRequest.Subscribe subscribe => DecideSubscribe(policy, subscribe.Filter, resource),
            _ => new ClientPolicy(ClientVerdict.NotEvaluated, "not-evaluated", "nothing was decided", resource),
        };
    }

    private static ClientPolicy? Identity(
        ClientCertificate? certificate, Device? device, DeviceCertificate? local, DevicePolicies policies, string resource, out PolicyKind kind)
    {
        kind = PolicyKind.None;
        if (certificate is null)
        {
            return new ClientPolicy(ClientVerdict.NoCertificate, "no-client-certificate", "the connection has no client certificate", resource);
        }

        if (certificate.Problem is not null)
        {
            return new ClientPolicy(ClientVerdict.CertificateIdentity, "certificate-identity", certificate.Problem, resource);
        }

        if (device is null || device.Id != certificate.Id)
        {
            return new ClientPolicy(ClientVerdict.UnknownDevice, "unknown-device", "no device of this id is registered", resource);
        }

        if ((local is null ? Initial(certificate, device, resource) : Local(certificate, local, resource)) is { } refused)
        {
            return refused;
        }

        if (certificate.SerialNumber is { } serial && serial != device.Id && serial != device.HardwareId)
        {
            return new ClientPolicy(
                ClientVerdict.SerialNumberDiffers,
                "serial-number-differs",
                "the certificate's serialNumber is neither the id nor the registered hardware id",
                resource);
        }

        kind = PolicyTable.Document(device, local?.Kind ?? CertificateKind.Idevid);
        if (kind == PolicyKind.None)
        {
            string state = DeviceRegistry.Word(device.State);
            return new ClientPolicy(ClientVerdict.State, $"state-{state}", $"the device is {state}: {device.StateReason}", resource);
        }

        return policies.Subject.Is(device) ? null : BoundToAnother(resource);
    }

    private static ClientPolicy BoundToAnother(string resource)
    {
        return new ClientPolicy(ClientVerdict.NotEvaluated, "not-evaluated", "the policies are bound to another device, tenant or product", resource);
    }

    private static ClientPolicy? Initial(ClientCertificate certificate, Device device, string resource)
    {
        if (device.PublicKeyHash != certificate.PublicKeyHash)
        {
            return new ClientPolicy(ClientVerdict.KeyDiffers, "key-differs", "the certificate's key is not the registered one", resource);
        }

        if (device.CertificateSha256 != certificate.Fingerprint)
        {
            return new ClientPolicy(ClientVerdict.CertificateDiffers, "certificate-differs", "the certificate is not the registered one", resource);
        }

        return null;
    }

    // Registered by the fleet when it issued it: one that the operational CA's key has signed elsewhere has no row.
    private static ClientPolicy? Local(ClientCertificate certificate, DeviceCertificate local, string resource)
    {
        bool isThis = local.Kind == CertificateKind.Ldevid && local.Sha256 == certificate.Fingerprint;
        if (!isThis || local.DeviceId != certificate.Id || local.PublicKeyHash != certificate.PublicKeyHash)
        {
            return new ClientPolicy(ClientVerdict.CertificateDiffers, "certificate-differs", "the certificate is not the registered one", resource);
        }

        return local.EndedAt is null
            ? null
            : new ClientPolicy(ClientVerdict.CertificateEnded, "certificate-ended", $"the certificate has ended: {local.EndReason}", resource);
    }

    private static ClientPolicy DecideConnect(string id, BoundPolicy policy, ClientRequest.Connect connect, string resource)
    {
        if (connect.ClientId != id)
        {
            return new ClientPolicy(ClientVerdict.ClientIdDiffers, "client-id-differs", "the client id is not the certificate's id", resource);
        }

        if (connect.UserName is not null && connect.UserName != id)
        {
            return new ClientPolicy(ClientVerdict.UserNameDiffers, "user-name-differs", "the user name is not the certificate's id", resource);
        }

        ClientPolicy decision = Answer(policy.Connect(connect.ClientId), resource);
        return decision.IsAllowed && connect.WillTopic is not null
            ? DecidePublish(policy, connect.WillTopic, "topic:" + connect.WillTopic)
            : decision;
    }

    private static ClientPolicy DecidePublish(BoundPolicy policy, string topic, string resource)
    {
        if (topic.StartsWith('$'))
        {
            return new ClientPolicy(ClientVerdict.Reserved, "reserved-topic", "topics that begin with '$' are the broker's", resource);
        }

        string? problem = TopicPattern.Malformed(topic) ?? TopicPattern.TooDeep(topic) ?? (topic.AsSpan().IndexOfAny('+', '#') >= 0 ? "has a wildcard" : null);
        return problem is null
            ? Answer(policy.Publish(topic), resource)
            : new ClientPolicy(ClientVerdict.MalformedTopic, "malformed-topic", $"the topic name {problem}", resource);
    }

    private static ClientPolicy DecideSubscribe(BoundPolicy policy, string filter, string resource)
    {
        if (filter.StartsWith('$'))
        {
            return new ClientPolicy(
                ClientVerdict.Reserved, "reserved-filter", "filters that begin with '$' ($share, $SYS) are not served", resource);
        }

        return TopicPattern.TryParse(filter, isPolicyPattern: false, out TopicPattern? parsed, out string? problem) && (problem = TopicPattern.TooDeep(filter)) is null
            ? Answer(policy.Subscribe(parsed), resource)
            : new ClientPolicy(ClientVerdict.MalformedFilter, "malformed-filter", $"the topic filter: {problem}", resource);
    }

    private static ClientPolicy Answer(PolicyEvaluation evaluation, string resource)
    {
        return evaluation.Answer switch
        {
            PolicyAnswer.Allow => new ClientPolicy(ClientVerdict.Allowed, "allowed", "", resource, evaluation.Statement),
            PolicyAnswer.ExplicitDeny => new ClientPolicy(
                ClientVerdict.ExplicitDeny, "explicit-deny", $"statement {evaluation.Statement} denies it", resource, evaluation.Statement),
            _ => new ClientPolicy(ClientVerdict.DefaultDeny, "default-deny", "no statement allows it", resource),
        };
    }

    private static string ResourceOf(ClientRequest request)
    {
        return request switch
        {
            ClientRequest.Connect connect => "device:" + connect.ClientId,
            ClientRequest.Publish publish => "topic:" + publish.Topic,
            ClientRequest.Subscribe subscribe => "topicfilter:" + subscribe.Filter,
            _ => "",
        };
    }
}

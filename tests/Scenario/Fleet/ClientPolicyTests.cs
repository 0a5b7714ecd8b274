using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The door "may this client do this?": each verdict reached by a request that differs in one thing from one that is allowed.</summary>
[TestClass]
public sealed class ClientPolicyTests
{
    private const string Id = "board-a";
    private static readonly TestPki _pki = new();
    private static readonly X509Certificate2 _certificate = _pki.Device($"CN={Id}");
    private static readonly ClientRequest _connect = new ClientRequest.Connect(Id, null, null);
    private static readonly PolicySubject _subject = PolicySubject.Of(Registered());

    [TestMethod]
    public void TheTwinOfAllRefusals()
    {
        AssertVerdict(ClientVerdict.Allowed, "allowed", 1);
        AssertVerdict(ClientVerdict.Allowed, "allowed", 1, request: new ClientRequest.Connect(Id, Id, null));
        AssertVerdict(ClientVerdict.Allowed, "allowed", 2, request: new ClientRequest.Connect(Id, null, "devices/board-a/status"));
        AssertVerdict(ClientVerdict.Allowed, "allowed", 2, request: new ClientRequest.Publish("devices/board-a/telemetry"));
        AssertVerdict(ClientVerdict.Allowed, "allowed", 3, request: new ClientRequest.Subscribe("devices/board-a/commands/#"));
    }

    [TestMethod]
    public void ZeroRefuses()
    {
        Assert.AreEqual(0, (int)ClientVerdict.NotEvaluated);
        AssertVerdict(ClientVerdict.NotEvaluated, "not-evaluated", policy: Policy().For(new PolicySubject("board-b", "", "meter")));
    }

    /// <summary>Bound before a change of tenant or product, documents decide nothing after it; whatever the registry holds, no value is more than a name.</summary>
    [TestMethod]
    public void WhatIsBoundToAnotherOwnerDecidesNothing()
    {
        Device north = Registered() with { Tenant = "north" };
        AssertVerdict(ClientVerdict.NotEvaluated, "not-evaluated", device: north);
        AssertVerdict(ClientVerdict.NotEvaluated, "not-evaluated", device: north, policy: Policy().For(new PolicySubject(Id, "south", "meter")));
        AssertVerdict(ClientVerdict.NotEvaluated, "not-evaluated", device: north, policy: Policy().For(new PolicySubject(Id, "north", "valve")));
        AssertVerdict(ClientVerdict.NotEvaluated, "not-evaluated", device: north, policy: Policy().For(new PolicySubject(Id, "north")));
        AssertVerdict(ClientVerdict.NotEvaluated, "not-evaluated", device: Registered(), policy: Policy().For(new PolicySubject(Id, "north", "meter")));
        AssertVerdict(ClientVerdict.Allowed, "allowed", 1, device: north, policy: Policy().For(PolicySubject.Of(north)));
        Assert.AreEqual(ClientVerdict.NotEvaluated, ClientPolicy.DecideNamed(Id, north, Policy().For(_subject), _connect).Verdict);
        Assert.AreEqual(ClientVerdict.Allowed, ClientPolicy.DecideNamed(Id, north, Policy().For(PolicySubject.Of(north)), _connect).Verdict);
        foreach (string value in new[] { "+", "#", "*", "a/b", "${deviceId}", "North", new string('a', 33) })
        {
            PolicySubject odd = PolicySubject.Of(north with { Tenant = value, Profile = value });
            Assert.AreEqual(("", ""), (odd.Tenant, odd.Product));
            Assert.IsTrue(odd.Is(north with { Tenant = value, Profile = value }));
            Assert.IsFalse(odd.Is(north));
            Assert.ThrowsExactly<ArgumentException>(() => new PolicySubject(Id, value));
            Assert.ThrowsExactly<ArgumentException>(() => new PolicySubject(Id, "", value));
            Assert.ThrowsExactly<ArgumentException>(() => new PolicySubject(value));
        }
    }

    [TestMethod]
    public void Identity()
    {
        ClientPolicy none = ClientPolicy.Decide(null, Registered(), Policy().For(_subject), _connect);
        Assert.AreEqual((ClientVerdict.NoCertificate, "no-client-certificate"), (none.Verdict, none.Token));

        foreach (string subject in new[] { "CN=Board", "O=x", "CN=a+O=b", "CN=board-a,CN=board-b", $"CN={new string('a', 33)}", "CN=a/b", "CN=board-a,SERIALNUMBER=1,SERIALNUMBER=2" })
        {
            using X509Certificate2 certificate = _pki.Device(subject);
            AssertVerdict(ClientVerdict.CertificateIdentity, "certificate-identity", certificate: certificate);
        }
    }

    /// <summary>One part of the subject with two values, written as DER: .NET reads a '+' in a text otherwise.</summary>
    [TestMethod]
    public void ASubjectPartOfSeveralValuesNamesNobody()
    {
        AsnWriter subject = new(AsnEncodingRules.DER);
        using (subject.PushSequence())
        using (subject.PushSetOf())
        {
            foreach ((string oid, string value) in new[] { ("2.5.4.3", Id), ("2.5.4.10", "x") })
            {
                using (subject.PushSequence())
                {
                    subject.WriteObjectIdentifier(oid);
                    subject.WriteCharacterString(UniversalTagNumber.UTF8String, value);
                }
            }
        }

        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(new X500DistinguishedName(subject.Encode()), key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow, DateTimeOffset.UtcNow.AddDays(1));
        AssertVerdict(ClientVerdict.CertificateIdentity, "certificate-identity", certificate: certificate);
    }

    [TestMethod]
    public void Registry()
    {
        ClientPolicy unknown = ClientPolicy.Decide(ClientCertificate.Read(_certificate), null, Policy().For(_subject), _connect);
        Assert.AreEqual((ClientVerdict.UnknownDevice, "unknown-device"), (unknown.Verdict, unknown.Token));
        AssertVerdict(ClientVerdict.UnknownDevice, "unknown-device", device: Registered() with { Id = "board-b" });
        AssertVerdict(ClientVerdict.KeyDiffers, "key-differs", device: Registered() with { PublicKeyHash = Records.Hash("x") });
        AssertVerdict(ClientVerdict.CertificateDiffers, "certificate-differs", device: Registered() with { CertificateSha256 = Records.Hash("x") });
    }

    [TestMethod]
    public void ACertificateIssuedAnewForTheSameKeyIsNotTheRegisteredOne()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 first = _pki.Device($"CN={Id}", key: key);
        using X509Certificate2 second = _pki.Device($"CN={Id}", key: key);
        Device device = Registered(first);
        AssertVerdict(ClientVerdict.Allowed, "allowed", 1, first, device);
        AssertVerdict(ClientVerdict.CertificateDiffers, "certificate-differs", 0, second, device);
    }

    [TestMethod]
    [DataRow("board-a", true)]
    [DataRow("hw-board-a", true)]
    [DataRow("hw-board-b", false)]
    public void SerialNumber(string serialNumber, bool allowed)
    {
        using X509Certificate2 certificate = _pki.Device($"CN={Id},SERIALNUMBER={serialNumber}");
        ClientPolicy decision = ClientPolicy.Decide(ClientCertificate.Read(certificate), Registered(certificate), Policy().For(_subject), _connect);
        Assert.AreEqual(allowed ? ClientVerdict.Allowed : ClientVerdict.SerialNumberDiffers, decision.Verdict);
        Assert.AreEqual(allowed ? "allowed" : "serial-number-differs", decision.Token);
    }

    [TestMethod]
    [DataRow(DeviceState.Manufactured, "state-manufactured")]
    [DataRow(DeviceState.Revoked, "state-revoked")]
    [DataRow(DeviceState.Retired, "state-retired")]
    public void State(DeviceState state, string token)
    {
        foreach (ClientRequest request in new ClientRequest[]
        {
            _connect, new ClientRequest.Publish("devices/board-a/telemetry"), new ClientRequest.Subscribe("devices/board-a/commands/#"),
        })
        {
            AssertVerdict(ClientVerdict.State, token, device: Registered() with { State = state, StateReason = "a test" }, request: request);
        }
    }

    [TestMethod]
    public void ConnectDetails()
    {
        AssertVerdict(ClientVerdict.ClientIdDiffers, "client-id-differs", request: new ClientRequest.Connect("board-b", null, null));
        AssertVerdict(ClientVerdict.ClientIdDiffers, "client-id-differs", request: new ClientRequest.Connect("", null, null));
        AssertVerdict(ClientVerdict.UserNameDiffers, "user-name-differs", request: new ClientRequest.Connect(Id, "board-b", null));
        AssertVerdict(ClientVerdict.UserNameDiffers, "user-name-differs", request: new ClientRequest.Connect(Id, "", null));
        AssertVerdict(ClientVerdict.DefaultDeny, "default-deny", request: new ClientRequest.Connect(Id, null, "devices/board-b/status"));
        AssertVerdict(ClientVerdict.ExplicitDeny, "explicit-deny", 4, request: new ClientRequest.Connect(Id, null, "devices/board-b/commands/x"));
        AssertVerdict(ClientVerdict.MalformedTopic, "malformed-topic", request: new ClientRequest.Connect(Id, null, ""));
    }

    [TestMethod]
    public void AConnectThatThePolicyDoesNotAllowStaysDenied()
    {
        PolicySet policy = PolicyTests.SetOf("""{"version":"2026-01-09","statement":[{"effect":"allow","action":["publish"],"resource":["topic:#"]}]}""");
        AssertVerdict(ClientVerdict.DefaultDeny, "default-deny", policy: policy.For(_subject));
        AssertVerdict(ClientVerdict.DefaultDeny, "default-deny", policy: policy.For(_subject), request: new ClientRequest.Connect(Id, null, "a"));
    }

    [TestMethod]
    [DataRow("devices/board-b/telemetry", ClientVerdict.DefaultDeny, "default-deny", 0)]
    [DataRow("devices/board-a/commands/update", ClientVerdict.ExplicitDeny, "explicit-deny", 4)]
    [DataRow("devices/board-a/requests/+", ClientVerdict.MalformedTopic, "malformed-topic", 0)]
    [DataRow("devices/board-a/requests/#", ClientVerdict.MalformedTopic, "malformed-topic", 0)]
    [DataRow("devices/board-a/requests/\u0000", ClientVerdict.MalformedTopic, "malformed-topic", 0)]
    [DataRow("devices/board-a/requests/é", ClientVerdict.MalformedTopic, "malformed-topic", 0)]
    [DataRow("", ClientVerdict.MalformedTopic, "malformed-topic", 0)]
    [DataRow("devices/board-a/requests/4/5/6/7/8/9/10/11/12/13/14/15/16", ClientVerdict.Allowed, "allowed", 2)]
    [DataRow("devices/board-a/requests/4/5/6/7/8/9/10/11/12/13/14/15/16/17", ClientVerdict.MalformedTopic, "malformed-topic", 0)]
    [DataRow("$SYS/broker", ClientVerdict.Reserved, "reserved-topic", 0)]
    public void Publish(string topic, ClientVerdict verdict, string token, int statement)
    {
        AssertVerdict(verdict, token, statement, request: new ClientRequest.Publish(topic));
    }

    [TestMethod]
    [DataRow("devices/board-b/commands/#", ClientVerdict.DefaultDeny, "default-deny")]
    [DataRow("#", ClientVerdict.DefaultDeny, "default-deny")]
    [DataRow("devices/+/commands/#", ClientVerdict.DefaultDeny, "default-deny")]
    [DataRow("devices/board-a/telemetry", ClientVerdict.DefaultDeny, "default-deny")]
    [DataRow("$share/g/devices/board-a/commands/#", ClientVerdict.Reserved, "reserved-filter")]
    [DataRow("devices/board-a/commands/4/5/6/7/8/9/10/11/12/13/14/15/16/17", ClientVerdict.MalformedFilter, "malformed-filter")]
    [DataRow("devices/board-a/commands/4/5/6/7/8/9/10/11/12/13/14/15/16/17/#", ClientVerdict.MalformedFilter, "malformed-filter")]
    [DataRow("$SYS/#", ClientVerdict.Reserved, "reserved-filter")]
    [DataRow("devices/board-a/commands/x#", ClientVerdict.MalformedFilter, "malformed-filter")]
    [DataRow("devices/board-a/commands/#/x", ClientVerdict.MalformedFilter, "malformed-filter")]
    [DataRow("devices/board-a/commands/x+", ClientVerdict.MalformedFilter, "malformed-filter")]
    [DataRow("", ClientVerdict.MalformedFilter, "malformed-filter")]
    public void Subscribe(string filter, ClientVerdict verdict, string token)
    {
        AssertVerdict(verdict, token, request: new ClientRequest.Subscribe(filter));
    }

    [TestMethod]
    public void ADenyOfAFilterNamesItsStatement()
    {
        PolicySet policy = PolicyTests.SetOf(
            """
            {"version":"2026-01-09","statement":[
             {"effect":"allow","action":["subscribe"],"resource":["topicfilter:#"]},
             {"effect":"deny","action":["subscribe"],"resource":["topicfilter:devices/*"]}]}
            """);
        AssertVerdict(ClientVerdict.ExplicitDeny, "explicit-deny", 2, policy: policy.For(_subject), request: new ClientRequest.Subscribe("+/x"));
    }

    [TestMethod]
    [DataRow(DeviceState.Shipped, "bootstrap", ClientVerdict.DefaultDeny)]
    [DataRow(DeviceState.Claimed, "bootstrap", ClientVerdict.DefaultDeny)]
    [DataRow(DeviceState.Active, "operational", ClientVerdict.Allowed)]
    [DataRow(DeviceState.Quarantined, "quarantined", ClientVerdict.DefaultDeny)]
    public void TheStateChoosesTheDocument(DeviceState state, string document, ClientVerdict telemetry)
    {
        DevicePolicies policies = PolicyTests.ShippedSet().For(_subject);
        ClientCertificate certificate = ClientCertificate.Read(_certificate);
        Device device = Registered() with { State = state };
        foreach ((ClientRequest request, ClientVerdict verdict) in new[]
        {
            (_connect, ClientVerdict.Allowed),
            (new ClientRequest.Publish("devices/board-a/status"), ClientVerdict.Allowed),
            (new ClientRequest.Publish("devices/board-a/telemetry"), telemetry),
            (new ClientRequest.Subscribe("devices/board-a/commands/#"), ClientVerdict.Allowed),
            (new ClientRequest.Publish("devices/board-a/requests/renewal"), state == DeviceState.Quarantined ? ClientVerdict.DefaultDeny : ClientVerdict.Allowed),
        })
        {
            ClientPolicy decision = ClientPolicy.Decide(certificate, device, policies, request);
            Assert.AreEqual(verdict, decision.Verdict, request.ToString());
            Assert.StartsWith(document + "@", decision.Document);
        }
    }

    /// <summary>An operational certificate: the registry's row of exactly this one, of this device, for this key, and not ended.</summary>
    [TestMethod]
    public void AnOperationalCertificateIsTheOneThatWasIssued()
    {
        using X509Certificate2 shown = _pki.Device($"CN={Id}");
        ClientCertificate certificate = ClientCertificate.Read(shown);
        DeviceCertificate row = new()
        {
            Sha256 = certificate.Fingerprint,
            DeviceId = Id,
            PublicKeyHash = certificate.PublicKeyHash,
            Kind = CertificateKind.Ldevid,
            RegisteredAt = DateTime.UtcNow,
            NotAfter = DateTime.UtcNow.AddDays(30),
        };
        ClientPolicy Decide(DeviceCertificate? local) => ClientPolicy.Decide(certificate, Registered() with { State = DeviceState.Claimed }, PolicyTests.ShippedSet().For(_subject), _connect, local);
        Assert.AreEqual(ClientVerdict.Allowed, Decide(row).Verdict);
        Assert.StartsWith("operational@", Decide(row).Document, "a claimed device that shows one is at work");
        Assert.AreEqual(ClientVerdict.KeyDiffers, Decide(null).Verdict, "without a row it is nobody's");
        foreach (DeviceCertificate other in new[]
        {
            row with { Sha256 = Records.Hash("another certificate") },
            row with { Kind = CertificateKind.Idevid },
            row with { DeviceId = "board-b" },
            row with { PublicKeyHash = Records.Hash("another key") },
        })
        {
            Assert.AreEqual((ClientVerdict.CertificateDiffers, "certificate-differs"), (Decide(other).Verdict, Decide(other).Token));
        }

        ClientPolicy ended = Decide(row with { EndedAt = DateTime.UtcNow, EndReason = "revoked" });
        Assert.AreEqual((ClientVerdict.CertificateEnded, "certificate-ended"), (ended.Verdict, ended.Token));

        // Quarantine and revocation are the device's, so they cover each of its certificates, and renewal.
        ClientPolicy In(DeviceState state, ClientRequest request) => ClientPolicy.Decide(certificate, Registered() with { State = state }, PolicyTests.ShippedSet().For(_subject), request, row);
        ClientRequest renewal = new ClientRequest.Publish("devices/board-a/requests/certificate");
        Assert.AreEqual(ClientVerdict.Allowed, In(DeviceState.Active, renewal).Verdict);
        Assert.StartsWith("quarantined@", In(DeviceState.Quarantined, _connect).Document);
        Assert.AreEqual(ClientVerdict.DefaultDeny, In(DeviceState.Quarantined, renewal).Verdict);
        Assert.AreEqual(ClientVerdict.DefaultDeny, In(DeviceState.Quarantined, new ClientRequest.Publish("devices/board-a/telemetry")).Verdict);
        foreach (DeviceState state in new[] { DeviceState.Manufactured, DeviceState.Shipped, DeviceState.Revoked, DeviceState.Retired })
        {
            Assert.AreEqual(ClientVerdict.State, In(state, renewal).Verdict, $"{state}");
        }
    }

    private static void AssertVerdict(
        ClientVerdict verdict,
        string token,
        int statement = 0,
        X509Certificate2? certificate = null,
        Device? device = null,
        DevicePolicies? policy = null,
        ClientRequest? request = null)
    {
        ClientPolicy decision = ClientPolicy.Decide(
            ClientCertificate.Read(certificate ?? _certificate), device ?? Registered(), policy ?? Policy().For(_subject), request ?? _connect);
        Assert.AreEqual((verdict, token, statement), (decision.Verdict, decision.Token, decision.Statement), decision.Reason);
        Assert.AreEqual(verdict == ClientVerdict.Allowed, decision.IsAllowed);
        Assert.AreEqual(decision.IsAllowed, decision.Reason.Length == 0, "a refusal has a reason");
    }

    private static PolicySet Policy()
    {
        return PolicyTests.SetOf(PolicyTests.Operational);
    }

    private static Device Registered(X509Certificate2? certificate = null)
    {
        byte[] manifest = Records.Manifest(TestPki.RecordOf(Id, certificate ?? _certificate));
        Assert.IsTrue(ManufacturingRecord.TryParse(manifest, out IReadOnlyList<Device>? devices, out string? problem), problem);
        return devices[0] with { State = DeviceState.Active };
    }
}

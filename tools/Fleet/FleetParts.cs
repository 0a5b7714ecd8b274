using System.Net;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>The parts of the server, made and wired to each other: registry, images, rollouts, broker, API. It composes and decides nothing; nothing runs yet.</summary>
internal sealed class FleetParts : IAsyncDisposable
{
    private readonly FileStream _lock;
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2? _nextCertificate;
    private readonly X509Certificate2 _apiCertificate;
    private readonly AuditKey _auditKey;
    private readonly HeldKey? _timeKey;
    private readonly Claims _claims;
    private readonly OperationalCa? _operational;
    private readonly TokenKeys _tokenKeys;

    /// <summary>Takes the data directory and the database, or fails with one line that says why.</summary>
    public FleetParts(FleetOptions options)
    {
        X509Certificate2 root = CertificateFiles.Read(options.ClientRoot);
        X509Certificate2 issuing = CertificateFiles.Read(options.ClientIssuing);
        StationKeys stations = new(options.Stations, Identity.Certificate.Decode(root.RawData)?.Subject.Organization ?? "");
        if (options.ApiPlain && !IPAddress.IsLoopback(options.ApiHost))
        {
            throw ToolFailure.BadInput("--api-plain: without TLS the API listens on loopback only");
        }

        _certificate = CertificateFiles.ReadWithKey(options.BrokerCertificate, options.BrokerKey);
        _nextCertificate = options.NextCertificate is null || options.NextKey is null ? null : CertificateFiles.ReadWithKey(options.NextCertificate, options.NextKey);
        _apiCertificate = options.ApiCertificate is null || options.ApiKey is null
            ? _certificate
            : CertificateFiles.ReadWithKey(options.ApiCertificate, options.ApiKey);
        _timeKey = options.TimeKey;
        _operational = Operational(options);
        _lock = DataDirectory.Take(options.DataDirectory);
        try
        {
            Log = new DecisionLog(options.Output, options.Time);
            DatabaseSource database = DatabaseSource.Of(options.DataDirectory, options.DatabaseFile);
            Registry = new DeviceRegistry(database, options.Time, Log);
            Keys = new ApiKeys(database, options.Time);
            _auditKey = AuditKey.Open(options.DataDirectory);
            Head = new HeadFile(options.DataDirectory, Registry.Trail, _auditKey);
            Head.Check();
            Head.Write();
            CertificateChain chain = new(root, [issuing], options.Time, _operational);
            DeviceLimits limits = new(options.Limits, options.Time);
            PolicySet policies = new PolicyStore(options.DataDirectory, options.Time).Load(options.Policies, Environment.UserName);
            Broker = options.Mosquitto is null
                ? new FleetBroker(Ends(options), chain, Registry, policies, limits, Log)
                : new MosquittoBroker(Mosquitto(options, options.Mosquitto, [root, issuing, .. _operational is null ? (X509Certificate2[])[] : [_operational.Root, _operational.Certificate]]), Registry, policies, limits, Log);
            Denials = new DenialStore(database, Log);
            RestoreHistory restores = new(database);
            Anomalies = new AnomalyWatch(
                database, Registry, Log, restores.Last() is null ? options.Quarantining : [.. options.Quarantining, RestoreWatch.Kind], Broker.ReviewAsync);
            ImageStore images = new(options.DataDirectory, Registry);
            OrderStore orderStore = new(database);
            RestoreWatch restoreWatch = new(Registry, orderStore, Log);
            Rollouts rollouts = new(Registry, images, orderStore, Log, Broker.SendAsync);
            Orders orders = Orders = new(Registry, orderStore, rollouts, options.Time, Log, Broker.SendAsync, restoreWatch);
            DeviceSettingsDesk settings = new(Registry, new SettingsStore(database), options.Time, Log, Broker.SendAsync);
            LedgerStore ledgerStore = new(database);
            HeldHeads heads = new(database, Registry, _auditKey, options.Time, Log);
            Ledgers ledgers = new(Registry, ledgerStore, options.Time, Log, restoreWatch);
            _tokenKeys = new TokenKeys(options.DataDirectory, database, options.Time);
            _tokenKeys.Prepare();
            TokenHandler tokens = new(Registry, _tokenKeys, TokenScopes.Load(options.Policies), options.TokenIssuer, limits, options.Time, Log, Broker.SendAsync);
            TelemetryStore telemetry = new();
            TelemetryHandler measured = new(telemetry, options.Time);
            _claims = new Claims(Registry, new ClaimStore(database), Broker, telemetry, options.Time, Log, restoreWatch);
            Enrolments enrolments = new(_operational, Registry, Broker, options.Time, Log);
            ReceiptHandler receipts = new(Registry, ledgerStore, orderStore, options.Time, Log, Broker.SendAsync, Broker.ReviewAsync);
            DeviceMessages messages = new([enrolments, .. Handlers(rollouts, orders, receipts, new LedgerHandler(ledgers, heads, Log, Broker.SendAsync), measured, tokens, settings, options)], Registry, Log);
            Broker.Received = messages.ReceiveAsync;
            Broker.Listening = async device =>
            {
                await orders.ListeningAsync(device).ConfigureAwait(false);
                await _claims.ListeningAsync(device).ConfigureAwait(false);
                await settings.ListeningAsync(device).ConfigureAwait(false);
                await enrolments.ListeningAsync(device).ConfigureAwait(false);
            };
            FailedKeys failures = new(options.Time);
            RenewalWatch renewals = new(database, options.Time);
            IApiModule[] modules =
            [
                new HealthApi(database, new FleetMetrics(Log, renewals, () => Broker.Connected, () => failures.Refused, () => Registry.Losses.Open)),
                new DevicesApi(Registry, orders, telemetry, messages, Broker, stations, options.Time),
                new CertificatesApi(Registry, Broker, options.Time),
                new BulkApi(Registry, new Posture(database, policies, options.Time), Broker),
                new OrdersApi(Registry, orders),
                new LedgerApi(Registry, ledgerStore),
                new SettingsApi(Registry, settings),
                new ClaimsApi(_claims, Registry, Broker),
                new ImagesApi(Registry, images),
                new OwnersApi(new Owners(database, Registry, options.Time), Registry),
                new WatchApi(Denials, Anomalies),
                new TrustApi(database),
                new RestoreApi(restores, Registry.Losses),
                new TokensApi(_tokenKeys, measured),
                new LogApi(Registry.Trail, _auditKey, Log),
            ];
            DeviceCallers callers = new(_tokenKeys, Registry, limits, options.TokenIssuer, options.Time);
            Api = new FleetApi(
                new IPEndPoint(options.ApiHost, options.ApiPort), options.ApiPlain ? null : _apiCertificate, new ApiGuard(Keys, callers, failures, Registry.Trail, Log), modules);
        }
        catch
        {
            Registry?.Dispose();
            _lock.Dispose();
            throw;
        }
    }

    public DecisionLog Log { get; }

    public DeviceRegistry Registry { get; }

    public Orders Orders { get; }

    public ApiKeys Keys { get; }

    public DenialStore Denials { get; }

    public AnomalyWatch Anomalies { get; }

    public IBroker Broker { get; }

    public FleetApi Api { get; }

    public HeadFile Head { get; }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _claims.Dispose();
        _tokenKeys.Dispose();
        Registry.Dispose();
        _auditKey.Dispose();
        _certificate.Dispose();
        _nextCertificate?.Dispose();
        _apiCertificate.Dispose();
        _timeKey?.Dispose();
        _operational?.Dispose();
        await _lock.DisposeAsync().ConfigureAwait(false);
    }

    private BrokerEnd[] Ends(FleetOptions options)
    {
        BrokerEnd own = new(new IPEndPoint(options.Host, options.MqttPort), _certificate);
        return _nextCertificate is null ? [own] : [own, new BrokerEnd(new IPEndPoint(options.Host, options.NextPort), _nextCertificate)];
    }

    private static MosquittoOptions Mosquitto(FleetOptions options, string program, IEnumerable<X509Certificate2> authorities)
    {
        return new MosquittoOptions
        {
            Program = program,
            Plugin = options.MosquittoPlugin,
            Mark = Path.Combine(options.DataDirectory, "mosquitto"),
            Host = options.Host,
            Port = options.MqttPort,
            Certificate = Path.GetFullPath(options.BrokerCertificate),
            Key = Path.GetFullPath(options.BrokerKey),
            NextPort = options.NextPort,
            NextCertificate = options.NextCertificate is null ? null : Path.GetFullPath(options.NextCertificate),
            NextKey = options.NextKey is null ? null : Path.GetFullPath(options.NextKey),
            ClientAuthorities = string.Concat(authorities.Select(authority => authority.ExportCertificatePem() + "\n")),
        };
    }

    // What the fleet does with the messages of devices, one handler a topic.
    private IEnumerable<ITopicHandler> Handlers(
        Rollouts rollouts, Orders orders, ReceiptHandler receipts, LedgerHandler ledgers, TelemetryHandler measured, TokenHandler tokens, DeviceSettingsDesk settings, FleetOptions options)
    {
        return
        [
            new StatusHandler(Registry, rollouts, options.Time, Log, Broker.ReviewAsync),
            measured,
            tokens,
            new HeartbeatHandler(Log, Broker.SendAsync),
            new ChunkHandler(rollouts, Log, Broker.SendAsync),
            new OrderAnswerHandler(orders),
            receipts,
            ledgers,
            new ClaimAnswerHandler(_claims),
            new SettingsAnswerHandler(settings),
            new TimeHandler(options.TimeKey, options.Time, Log, Broker.SendAsync),
        ];
    }

    private static OperationalCa? Operational(FleetOptions options)
    {
        return (options.OperationalCertificate, options.FleetRoot, options.OperationalKey) switch
        {
            (null, _, null) => null,
            ({ } certificate, { } root, { } key) => new OperationalCa(CertificateFiles.Read(certificate), CertificateFiles.Read(root), key, options.OperationalLife),
            _ => throw ToolFailure.BadInput("operational certificates need all three: --operational-certificate, --operational-key and --fleet-root"),
        };
    }
}

using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>Where the server finds its files and where it listens.</summary>
public sealed record FleetOptions
{
    /// <summary>Directory of the registry and the images.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>File with a PostgreSQL connection string; null for SQLite in the data directory.</summary>
    public string? DatabaseFile { get; init; }

    /// <summary>PEM of the broker's certificate.</summary>
    public required string BrokerCertificate { get; init; }

    /// <summary>PEM of its private key.</summary>
    public required string BrokerKey { get; init; }

    /// <summary>PEM of another certificate of the broker, under another root or for another name, served on a port of its own; null for none.</summary>
    public string? NextCertificate { get; init; }

    /// <summary>PEM of its private key.</summary>
    public string? NextKey { get; init; }

    /// <summary>Its port; 0 takes a free one.</summary>
    public int NextPort { get; init; }

    /// <summary>PEM of the root that client certificates must chain to.</summary>
    public required string ClientRoot { get; init; }

    /// <summary>PEM of the issuing CA between the root and the clients.</summary>
    public required string ClientIssuing { get; init; }

    /// <summary>PEM files of the factory stations' public keys; none takes unsigned records, for experiments.</summary>
    public IReadOnlyList<string> Stations { get; init; } = [];

    /// <summary>Directory of the three policy documents.</summary>
    public required string Policies { get; init; }

    /// <summary>The key that signs the time for boards; null: none is signed. The server disposes it.</summary>
    public HeldKey? TimeKey { get; init; }

    /// <summary>PEM of the operational CA's certificate; null: no operational certificates are issued or taken.</summary>
    public string? OperationalCertificate { get; init; }

    /// <summary>PEM of the fleet root, which has signed it.</summary>
    public string? FleetRoot { get; init; }

    /// <summary>The operational CA's key. The server disposes it.</summary>
    public HeldKey? OperationalKey { get; init; }

    /// <summary>How long operational certificates live.</summary>
    public TimeSpan OperationalLife { get; init; } = TimeSpan.FromDays(30);

    /// <summary>Port of the broker; 0 takes a free one.</summary>
    public int MqttPort { get; init; }

    /// <summary>Port of the API; 0 takes a free one.</summary>
    public int ApiPort { get; init; }

    /// <summary>The Mosquitto to run as the broker; null takes the embedded one.</summary>
    public string? Mosquitto { get; init; }

    /// <summary>Mosquitto's dynamic security plugin.</summary>
    public string MosquittoPlugin { get; init; } = "/usr/lib/x86_64-linux-gnu/mosquitto_dynamic_security.so";

    /// <summary>Address that the broker listens on.</summary>
    public IPAddress Host { get; init; } = IPAddress.Loopback;

    /// <summary>Address that the API listens on.</summary>
    public IPAddress ApiHost { get; init; } = IPAddress.Loopback;

    /// <summary>PEM of the API's certificate; null takes the broker's.</summary>
    public string? ApiCertificate { get; init; }

    /// <summary>PEM of its private key.</summary>
    public string? ApiKey { get; init; }

    /// <summary>The API speaks plain HTTP: on loopback only, behind something that does TLS.</summary>
    public bool ApiPlain { get; init; }

    /// <summary>How much one device may do in a minute.</summary>
    public Limits Limits { get; init; } = new();

    /// <summary>The kinds of anomaly for which a device is quarantined.</summary>
    public IReadOnlyCollection<string> Quarantining { get; init; } = [];

    /// <summary>Who issues devices' tokens: their <c>iss</c>.</summary>
    public string TokenIssuer { get; init; } = "fleet";

    /// <summary>Where the clock comes from.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where the log goes.</summary>
    public TextWriter Output { get; init; } = TextWriter.Null;
}

/// <summary>The whole server: registry, images, rollouts, broker, API. It composes and decides nothing.</summary>
public sealed class FleetServer : IAsyncDisposable
{
    private const int MaximumPem = 64 * 1024;
    private static readonly TimeSpan _headEvery = TimeSpan.FromMinutes(1);

    private readonly FileStream _lock;
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2? _nextCertificate;
    private readonly X509Certificate2 _apiCertificate;
    private readonly AuditKey _auditKey;
    private readonly HeadFile _head;
    private readonly ITimer _heads;
    private readonly HeldKey? _timeKey;
    private readonly Claims _claims;
    private readonly OperationalCa? _operational;
    private readonly TokenKeys _tokenKeys;
    private readonly FleetApi _api;

    private FleetServer(FleetOptions options)
    {
        X509Certificate2 root = ReadCertificate(options.ClientRoot);
        X509Certificate2 issuing = ReadCertificate(options.ClientIssuing);
        StationKeys stations = new(options.Stations, Identity.Certificate.Decode(root.RawData)?.Subject.Organization ?? "");
        if (options.ApiPlain && !IPAddress.IsLoopback(options.ApiHost))
        {
            throw ToolFailure.BadInput("--api-plain: without TLS the API listens on loopback only");
        }

        _certificate = ReadServerCertificate(options.BrokerCertificate, options.BrokerKey);
        _nextCertificate = options.NextCertificate is null || options.NextKey is null ? null : ReadServerCertificate(options.NextCertificate, options.NextKey);
        _apiCertificate = options.ApiCertificate is null || options.ApiKey is null
            ? _certificate
            : ReadServerCertificate(options.ApiCertificate, options.ApiKey);
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
            _head = new HeadFile(options.DataDirectory, Registry.Trail, _auditKey);
            _head.Check();
            _head.Write();
            _heads = options.Time.CreateTimer(_ => WriteHead(), null, _headEvery, _headEvery);
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
            Ledgers ledgers = new(Registry, ledgerStore, options.Time, Log, restoreWatch);
            _tokenKeys = new TokenKeys(options.DataDirectory, database, options.Time);
            _tokenKeys.Prepare();
            TokenHandler tokens = new(Registry, _tokenKeys, TokenScopes.Load(options.Policies), options.TokenIssuer, limits, options.Time, Log, Broker.SendAsync);
            TelemetryStore telemetry = new();
            TelemetryHandler measured = new(telemetry, options.Time);
            _claims = new Claims(Registry, new ClaimStore(database), Broker, telemetry, options.Time, Log, restoreWatch);
            Enrolments enrolments = new(_operational, Registry, Broker, options.Time, Log);
            ReceiptHandler receipts = new(Registry, ledgerStore, orderStore, options.Time, Log, Broker.SendAsync, Broker.ReviewAsync);
            DeviceMessages messages = new([enrolments, .. Handlers(rollouts, orders, receipts, ledgers, measured, tokens, settings, options)], Log);
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
                new HealthApi(database, new FleetMetrics(Log, renewals, () => Broker.Connected, () => failures.Refused)),
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
                new RestoreApi(restores),
                new TokensApi(_tokenKeys, measured),
                new LogApi(Registry.Trail, _auditKey, Log),
            ];
            DeviceCallers callers = new(_tokenKeys, Registry, limits, options.TokenIssuer, options.Time);
            _api = new FleetApi(
                new IPEndPoint(options.ApiHost, options.ApiPort), options.ApiPlain ? null : _apiCertificate, new ApiGuard(Keys, callers, failures, Registry.Trail, Log), modules);
        }
        catch
        {
            _heads?.Dispose();
            Registry?.Dispose();
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>The decisions.</summary>
    public DecisionLog Log { get; }

    /// <summary>The devices.</summary>
    public DeviceRegistry Registry { get; }

    /// <summary>The orders that are carried.</summary>
    public Orders Orders { get; }

    /// <summary>The keys of the API.</summary>
    public ApiKeys Keys { get; }

    /// <summary>What was denied.</summary>
    public DenialStore Denials { get; }

    /// <summary>What was noticed.</summary>
    public AnomalyWatch Anomalies { get; }

    /// <summary>Every resource of the API with its roles.</summary>
    public IReadOnlyList<ApiEndpoint> Endpoints => _api.Endpoints;

    /// <summary>The broker.</summary>
    public IBroker Broker { get; }

    /// <summary>Port of the broker.</summary>
    public int MqttPort => Broker.Port;

    /// <summary>Port of the broker's other certificate; 0 when there is none.</summary>
    public int NextPort => Broker.NextPort;

    /// <summary>Port of the API.</summary>
    public int ApiPort => _api.Port;

    /// <summary>Starts everything, or fails with one line that says why.</summary>
    public static async Task<FleetServer> StartAsync(FleetOptions options)
    {
        FleetServer server = new(options);
        try
        {
            await server.Broker.StartAsync().ConfigureAwait(false);
            await server._api.StartAsync().ConfigureAwait(false);
            return server;
        }
        catch (Exception failure)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw failure is System.Net.Sockets.SocketException or IOException
                ? ToolFailure.BadInput($"cannot listen: {failure.Message}")
                : failure;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _api.DisposeAsync().ConfigureAwait(false);
        await Broker.DisposeAsync().ConfigureAwait(false);
        await Anomalies.DisposeAsync().ConfigureAwait(false);
        await Denials.DisposeAsync().ConfigureAwait(false);
        await _heads.DisposeAsync().ConfigureAwait(false);
        WriteHead();
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

    // A disk that is full now ends nothing: the next minute writes it.
    private void WriteHead()
    {
        try
        {
            _head.Write();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or System.Data.Common.DbException)
        {
            Log.Write("error", ("action", "audit-head"), ("reason", failure.GetType().Name));
        }
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
        Rollouts rollouts, Orders orders, ReceiptHandler receipts, Ledgers ledgers, TelemetryHandler measured, TokenHandler tokens, DeviceSettingsDesk settings, FleetOptions options)
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
            new LedgerHandler(ledgers, Log, Broker.SendAsync),
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
            ({ } certificate, { } root, { } key) => new OperationalCa(ReadCertificate(certificate), ReadCertificate(root), key, options.OperationalLife),
            _ => throw ToolFailure.BadInput("operational certificates need all three: --operational-certificate, --operational-key and --fleet-root"),
        };
    }

    private static X509Certificate2 ReadCertificate(string path)
    {
        try
        {
            return X509Certificate2.CreateFromPem(System.Text.Encoding.ASCII.GetString(WholeFile.Read(path, MaximumPem)));
        }
        catch (CryptographicException)
        {
            throw ToolFailure.BadInput($"{path} holds no certificate");
        }
    }

    private static X509Certificate2 ReadServerCertificate(string certificatePath, string keyPath)
    {
        byte[] key = WholeFile.Read(keyPath, MaximumPem);
        char[] text = System.Text.Encoding.ASCII.GetChars(key);
        try
        {
            using X509Certificate2 certificate = ReadCertificate(certificatePath);
            using ECDsa secret = ECDsa.Create();
            secret.ImportFromPem(text);
            return certificate.CopyWithPrivateKey(secret);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw ToolFailure.BadInput($"{keyPath} is not the private key of {certificatePath}");
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            Array.Clear(text);
        }
    }
}

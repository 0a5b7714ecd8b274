using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>
/// One running Mosquitto with its own directory (mode 0700, gone afterwards): the configuration, the dynamic security file, the socket on
/// which the fleet alone speaks to it. There is no ACL file and nothing of Mosquitto's outlives it; what it must know comes from the registry.
/// A fleet that was killed leaves its Mosquitto behind, which goes on with the rights of that moment: the next start ends it first, by the file
/// that names it.
/// </summary>
internal sealed class MosquittoProcess : IDisposable
{
    /// <summary>Most messages that wait for one client.</summary>
    internal const int MaximumWaiting = 50_000;

    private const int MaximumWaitingBytes = 16 * 1024 * 1024;

    private readonly string _directory = Directory.CreateTempSubdirectory("mosquitto-").FullName;
    private readonly string _mark;
    private readonly Process _process;

    internal MosquittoProcess(MosquittoOptions options, int port, JsonObject security, Action<string> line)
    {
        _mark = options.Mark;
        EndFormer(_mark);
        WholeFile.Write(PathOf("dynamic-security.json"), Encoding.UTF8.GetBytes(security.ToJsonString()), overwrite: false);
        WholeFile.Write(PathOf("clients-ca.pem"), Encoding.ASCII.GetBytes(options.ClientAuthorities), overwrite: false);
        WholeFile.Write(PathOf("mosquitto.conf"), Encoding.UTF8.GetBytes(Configuration(options, port)), overwrite: false);
        ProcessStartInfo start = new(options.Program, ["-c", PathOf("mosquitto.conf")]) { RedirectStandardOutput = true, RedirectStandardError = true };
        try
        {
            _process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Directory.Delete(_directory, recursive: true);
            throw ToolFailure.BadInput($"cannot start {options.Program}: install Mosquitto 2.0.11 or later, or name it with --mosquitto");
        }

        WholeFile.Write(_mark, Encoding.UTF8.GetBytes($"{_process.Id} {_directory}"), overwrite: true);

        // Its output is buffered when it is a pipe, its error stream is not.
        _process.OutputDataReceived += (_, data) => Line(data.Data);
        _process.ErrorDataReceived += (_, data) => Line(data.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();

        void Line(string? text)
        {
            if (text is not null)
            {
                line(text);
            }
        }
    }

    /// <summary>Where the fleet speaks to it.</summary>
    internal string Socket => PathOf("fleet.sock");

    /// <summary>Its number.</summary>
    internal int Id => _process.Id;

    /// <summary>True when it has ended.</summary>
    internal bool HasEnded => _process.HasExited;

    /// <summary>Ends when it ends.</summary>
    internal Task Ended => _process.WaitForExitAsync();

    /// <summary>Memory of the process, bytes.</summary>
    internal long Memory
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        End(_process);
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
        File.Delete(_mark);
    }

    /// <summary>Ends it. What waits for <see cref="Ended"/> learns of it.</summary>
    internal void End() => End(_process);

    private static void End(Process process)
    {
        if (!process.HasExited)
        {
            process.Kill();
            process.WaitForExit(5_000);
        }
    }

    // The number alone may be another's by now: the process must have been started with the configuration of that directory.
    private static void EndFormer(string mark)
    {
        string[] former = File.Exists(mark) ? Encoding.UTF8.GetString(WholeFile.Read(mark, 4096)).Split(' ', 2) : [];
        if (former.Length != 2 || !int.TryParse(former[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id))
        {
            return;
        }

        try
        {
            using Process process = Process.GetProcessById(id);
            if (File.ReadAllText($"/proc/{former[0]}/cmdline").Split('\0').Contains(Path.Combine(former[1], "mosquitto.conf")))
            {
                End(process);
            }
        }
        catch (Exception failure) when (failure is ArgumentException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            // It has ended by itself.
        }

        if (Directory.Exists(former[1]) && File.Exists(Path.Combine(former[1], "mosquitto.conf")))
        {
            Directory.Delete(former[1], recursive: true);
        }

        File.Delete(mark);
    }

    /// <summary>A port that was free a moment ago.</summary>
    internal static int FreePort(IPAddress host)
    {
        using TcpListener probe = new(host, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private string PathOf(string name)
    {
        return Path.Combine(_directory, name);
    }

    // The name of the identity is the common name; whatever client id a client sends, it gets that. A session ends with its connection or
    // is worth nothing: what is delivered is judged again (publishClientReceive). What waits for a client is limited for all clients alike, and
    // the fleet is one: with a few hundred, what devices had been told is safe would be thrown away before the fleet has heard it.
    private string Configuration(MosquittoOptions options, int port)
    {
        return $"""
            per_listener_settings false
            allow_anonymous false
            plugin {options.Plugin}
            plugin_opt_config_file {PathOf("dynamic-security.json")}
            user {Environment.UserName}
            persistence false
            retain_available false
            message_size_limit {FleetBroker.MaximumPacket}
            max_packet_size {FleetBroker.MaximumPacket}
            max_queued_messages {MaximumWaiting}
            max_queued_bytes {MaximumWaitingBytes}
            max_inflight_messages 64
            set_tcp_nodelay true
            log_dest stderr
            log_type all
            log_timestamp false
            listener 0 {Socket}
            {Listener(port, options.Host, options.Certificate, options.Key)}
            {(options.NextCertificate is null ? "" : Listener(options.NextPort, options.Host, options.NextCertificate, options.NextKey!))}

            """;
    }

    private string Listener(int port, IPAddress host, string certificate, string key)
    {
        return $"""
            listener {port} {host}
            max_connections 5000
            cafile {PathOf("clients-ca.pem")}
            certfile {certificate}
            keyfile {key}
            require_certificate true
            tls_version tlsv1.2
            use_identity_as_username true
            use_username_as_clientid true
            """;
    }
}

/// <summary>What Mosquitto is started with.</summary>
internal sealed record MosquittoOptions
{
    /// <summary>The program.</summary>
    public required string Program { get; init; }

    /// <summary>Its dynamic security plugin.</summary>
    public required string Plugin { get; init; }

    /// <summary>File that names the running Mosquitto, in the data directory: who owns that owns the process.</summary>
    public required string Mark { get; init; }

    /// <summary>Address of the TLS listener.</summary>
    public required IPAddress Host { get; init; }

    /// <summary>Port of the TLS listener; 0 takes a free one.</summary>
    public required int Port { get; init; }

    /// <summary>PEM file of the broker's certificate.</summary>
    public required string Certificate { get; init; }

    /// <summary>PEM file of its key.</summary>
    public required string Key { get; init; }

    /// <summary>PEM file of another certificate, on a listener of its own; null for none.</summary>
    public string? NextCertificate { get; init; }

    /// <summary>PEM file of its key.</summary>
    public string? NextKey { get; init; }

    /// <summary>Its port; 0 takes a free one.</summary>
    public int NextPort { get; init; }

    /// <summary>PEM of the factory root and the issuing CA.</summary>
    public required string ClientAuthorities { get; init; }
}

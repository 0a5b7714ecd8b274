using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace DeviceFirmware.Bench;

/// <summary>One broker in a process of its own, so that its memory is not the clients'.</summary>
internal sealed class MeasuredBroker : IDisposable
{
    private readonly TaskCompletionSource<string> _ready = new();
    private readonly Process _process;
    private readonly BenchEnvironment _environment;

    private MeasuredBroker(BenchEnvironment environment, string name, ProcessStartInfo start)
    {
        _environment = environment;
        Name = name;
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        _process = Process.Start(start)!;
        _process.ErrorDataReceived += (_, _) => { };
        _process.OutputDataReceived += (_, line) =>
        {
            if (line.Data?.StartsWith("ready ", StringComparison.Ordinal) == true)
            {
                _ready.TrySetResult(line.Data);
            }
        };
        _process.BeginErrorReadLine();
        _process.BeginOutputReadLine();
    }

    public string Name { get; }

    public int Port { get; private set; }

    /// <summary>The fleet's API; null for a broker without the fleet.</summary>
    public HttpClient? Api { get; private set; }

    /// <summary>What of the memory is resident now, bytes: of the process and, where the fleet runs a Mosquitto, of that.</summary>
    public (long Own, long Child) Memory => (Resident(_process.Id), Children(_process.Id).Sum(Resident));

    /// <summary><c>fleet serve</c> with the shipped policies.</summary>
    public static MeasuredBroker Fleet(BenchEnvironment environment, string name, string? mosquitto)
    {
        string data = environment.Register(name.Replace(' ', '-'), out string key);
        List<string> arguments =
        [
            "exec", "--runtimeconfig", Beside("DeviceFirmware.Bench.runtimeconfig.json"), "--depsfile", Beside("DeviceFirmware.Bench.deps.json"), Beside("fleet.dll"),
            "serve", "--data", data, "--broker-certificate", environment.PathOf("broker.pem"), "--broker-key", environment.PathOf("broker.key.pem"),
            "--client-root", environment.PathOf("root.pem"), "--client-issuing", environment.PathOf("issuing.pem"), "--policies", Beside("policies"),
        ];
        if (mosquitto is not null)
        {
            arguments.AddRange(["--mosquitto", mosquitto]);
        }

        MeasuredBroker broker = new(environment, name, new ProcessStartInfo("dotnet", arguments));
        string ready = broker._ready.Task.Wait(TimeSpan.FromMinutes(1)) ? broker._ready.Task.Result : throw new InvalidOperationException($"{name} is not ready");
        int[] ports = [.. ready.Split(' ').Skip(1).Select(part => int.Parse(part.Split('=')[1], CultureInfo.InvariantCulture))];
        broker.Port = ports[0];
        broker.Api = new HttpClient(new HttpClientHandler
        {
            ServerCertificateCustomValidationCallback = (_, certificate, _, _) => certificate?.GetCertHashString() == environment.Broker.GetCertHashString(),
        })
        {
            BaseAddress = new Uri($"https://localhost:{ports[1]}"),
        };
        broker.Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return broker;
    }

    /// <summary>MQTTnet's own server with mTLS and no policy.</summary>
    public static MeasuredBroker PlainMqttnet(BenchEnvironment environment)
    {
        int port = FreePort();
        string[] arguments = [Beside("DeviceFirmware.Bench.dll"), PlainMqttnetServer.Word, port.ToString(CultureInfo.InvariantCulture), environment.PathOf("")];
        MeasuredBroker broker = new(environment, "plain MQTTnet", new ProcessStartInfo("dotnet", arguments)) { Port = port };
        return broker.Answering();
    }

    /// <summary>Mosquitto with mTLS, and no list of rights.</summary>
    public static MeasuredBroker PlainMosquitto(BenchEnvironment environment, string program)
    {
        int port = FreePort();
        string file = environment.PathOf("plain-mosquitto.conf");
        File.WriteAllText(file, $"""
            user {Environment.UserName}
            persistence false
            log_type error
            max_queued_messages 0
            set_tcp_nodelay true
            listener {port} 127.0.0.1
            cafile {environment.PathOf("clients-ca.pem")}
            certfile {environment.PathOf("broker.pem")}
            keyfile {environment.PathOf("broker.key.pem")}
            require_certificate true
            tls_version tlsv1.2
            use_identity_as_username true

            """);
        MeasuredBroker broker = new(environment, "plain Mosquitto", new ProcessStartInfo(program, ["-c", file])) { Port = port };
        return broker.Answering();
    }

    /// <summary>Moves a device by the API.</summary>
    public async Task ChangeAsync(string id, string state)
    {
        using HttpResponseMessage answer = await Api!.PostAsync(
            $"devices/{id}/state", new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new { state, reason = "bench", actor = "operator" })));
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>The number in the last telemetry that the fleet has of a device; 0 before the first.</summary>
    public async Task<int> HeardAsync(string id)
    {
        using JsonDocument rows = JsonDocument.Parse(await Api!.GetByteArrayAsync($"devices/{id}/telemetry"));
        return rows.RootElement.EnumerateArray().Select(row => row.GetProperty("payload").GetProperty("n").GetInt32()).DefaultIfEmpty().Max();
    }

    public void Dispose()
    {
        Api?.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            _process.WaitForExit();
        }

        _process.Dispose();
    }

    public bool IsItsCertificate(X509Certificate certificate) => certificate.GetCertHashString() == _environment.Broker.GetCertHashString();

    private static string Beside(string name) => Path.Combine(AppContext.BaseDirectory, name);

    private static int FreePort()
    {
        using TcpListener probe = new(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    private static IEnumerable<int> Children(int parent)
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc").Where(path => char.IsAsciiDigit(Path.GetFileName(path)[0])))
        {
            string stat = "";
            try
            {
                stat = File.ReadAllText(Path.Combine(directory, "stat"));
            }
            catch (IOException)
            {
                continue; // it has ended meanwhile
            }

            // "pid (name) state ppid …"; the name may have anything in it.
            if (int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture) == parent)
            {
                yield return int.Parse(Path.GetFileName(directory), CultureInfo.InvariantCulture);
            }
        }
    }

    private static long Resident(int process)
    {
        string line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }

    private MeasuredBroker Answering()
    {
        for (int i = 0; i < 200; i++)
        {
            try
            {
                using TcpClient probe = new("127.0.0.1", Port);
                return this;
            }
            catch (SocketException)
            {
                Thread.Sleep(50);
            }
        }

        throw new InvalidOperationException($"{Name} does not listen");
    }
}

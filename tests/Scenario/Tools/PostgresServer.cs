using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Npgsql;

namespace DeviceFirmware.Scenario.Tools;

/// <summary>A real PostgreSQL of its own, on loopback, gone afterwards.</summary>
public sealed class PostgresServer : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("devicefirmware-postgres-").FullName;
    private readonly string _programs;
    private readonly string _password = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
    private readonly int _port;
    private int _databases;

    /// <param name="programs">Directory of its programs.</param>
    /// <param name="durable">It waits for the disk, as a server does that somebody relies on; tests have no use for that.</param>
    public PostgresServer(string programs, bool durable = false)
    {
        _programs = programs;
        _port = FreePort();
        File.WriteAllText(Path.Combine(_directory, "password"), _password + "\n");
        if (Environment.IsPrivilegedProcess)
        {
            // The server refuses to run as root; Debian's package brings this user.
            Run("chown", "-R", "postgres:", _directory);
        }

        Run(Path.Combine(programs, "initdb"), "-D", Data, "-U", "fleet", "--auth=scram-sha-256", $"--pwfile={Path.Combine(_directory, "password")}", "-E", "UTF8", "--no-sync");
        Run(Path.Combine(programs, "pg_ctl"), "-D", Data, "-w", "-t", "60", "-l", Path.Combine(_directory, "log"),
            "-o", $"-p {_port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync={(durable ? "on" : "off")}", "start");
    }

    /// <summary>Directory of the installed programs; null when there are none.</summary>
    public static string? Programs => Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql").Select(version => Path.Combine(version, "bin")).LastOrDefault(bin => File.Exists(Path.Combine(bin, "initdb")))
        : null;

    private string Data => Path.Combine(_directory, "data");

    /// <summary>The connection string of a new, empty database.</summary>
    /// <param name="pooling">Connections are kept for the next session.</param>
    /// <param name="copyOf">Connection string of the database that it begins as; nobody else may be connected to that. Null: empty.</param>
    public string NewDatabase(bool pooling = false, string? copyOf = null)
    {
        string name = $"test{Interlocked.Increment(ref _databases)}";
        using NpgsqlConnection connection = new(ConnectionTo("postgres", false));
        connection.Open();
        using NpgsqlCommand command = new($"CREATE DATABASE {name}{(copyOf is null ? "" : " TEMPLATE " + new NpgsqlConnectionStringBuilder(copyOf).Database)}", connection);
        command.ExecuteNonQuery();
        return ConnectionTo(name, pooling);
    }

    /// <summary>Writes a database into a file, by <c>pg_dump</c>.</summary>
    public static void Dump(string connection, string file) => RunClient("pg_dump", connection, "-f", file);

    /// <summary>Fills an empty database from such a file, by <c>psql</c>.</summary>
    public static void Load(string connection, string file) => RunClient("psql", connection, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-o", "/dev/null", "-f", file);

    public void Dispose()
    {
        Run(Path.Combine(_programs, "pg_ctl"), "-D", Data, "-m", "immediate", "stop");
        Directory.Delete(_directory, recursive: true);
    }

    private static void RunClient(string program, string connection, params string[] arguments)
    {
        NpgsqlConnectionStringBuilder to = new(connection);
        ProcessStartInfo start = new(Path.Combine(Programs!, program), ["-h", to.Host!, "-p", to.Port.ToString(CultureInfo.InvariantCulture), "-U", to.Username!, .. arguments, to.Database!]);
        start.Environment["PGPASSWORD"] = to.Password;
        using Process process = Process.Start(start)!;
        if (!process.WaitForExit(TimeSpan.FromMinutes(1)) || process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} did not end well");
        }
    }

    private static int FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private string ConnectionTo(string database, bool pooling)
    {
        return new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = _port,
            Username = "fleet",
            Password = _password,
            Database = database,
            Pooling = pooling,
        }.ConnectionString;
    }

    private void Run(string program, params string[] arguments)
    {
        bool asPostgres = Environment.IsPrivilegedProcess && program.StartsWith(_programs, StringComparison.Ordinal);
        ProcessStartInfo start = asPostgres
            ? new ProcessStartInfo("runuser", ["-u", "postgres", "--", program, .. arguments])
            : new ProcessStartInfo(program, arguments);
        start.WorkingDirectory = _directory;
        start.Environment["LC_ALL"] = "C.UTF-8";

        // Not redirected: the server that pg_ctl leaves behind would hold the pipes open.
        using Process process = Process.Start(start)!;
        if (!process.WaitForExit(TimeSpan.FromMinutes(2)) || process.ExitCode != 0)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(program)} did not end well"));
        }
    }
}

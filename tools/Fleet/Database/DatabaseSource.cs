using System.Data.Common;
using DeviceFirmware.Tools;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Npgsql;

namespace DeviceFirmware.Fleet;

/// <summary>
/// Where the database is: a SQLite file in the data directory, or a PostgreSQL server. One server process owns it; what the registry keeps
/// in memory is true only then.
/// </summary>
public sealed class DatabaseSource : IDisposable
{
    // "DeviceFirmware fleet" as a number: the same in every process, other than anybody else's.
    private const long OwnerLock = 0x44_46_66_6C_65_65_74;
    private const int OwnershipTries = 30; // 100 ms each

    private readonly PooledDbContextFactory<FleetDatabase> _factory;
    private readonly Action _clear;
    private readonly NpgsqlDataSource? _postgres;
    private NpgsqlConnection? _owner;

    private DatabaseSource(Action<DbContextOptionsBuilder<FleetDatabase>> use, Action clear, NpgsqlDataSource? postgres)
    {
        // The migrations are held against the model by a test, not by a snapshot.
        DbContextOptionsBuilder<FleetDatabase> options = new();
        options.ConfigureWarnings(warnings => warnings.Ignore(RelationalEventId.PendingModelChangesWarning));
        use(options);
        _factory = new PooledDbContextFactory<FleetDatabase>(options.Options);
        _clear = clear;
        _postgres = postgres;
    }

    /// <summary>True for PostgreSQL, false for SQLite.</summary>
    public bool IsPostgres => _postgres is not null;

    /// <summary><c>fleet.db</c> in a data directory.</summary>
    public static DatabaseSource Sqlite(string dataDirectory)
    {
        string connection = new SqliteConnectionStringBuilder { DataSource = Path.Combine(dataDirectory, "fleet.db") }.ToString();
        return new DatabaseSource(options => options.UseSqlite(connection), () => ClearPool(connection), null);
    }

    /// <summary>A PostgreSQL server by its connection string.</summary>
    public static DatabaseSource Postgres(string connectionString)
    {
        try
        {
            NpgsqlDataSource server = NpgsqlDataSource.Create(connectionString);
            return new DatabaseSource(options => options.UseNpgsql(server), server.Dispose, server);
        }
        catch (ArgumentException)
        {
            throw ToolFailure.BadInput("the file of --database-file holds no PostgreSQL connection string");
        }
    }

    /// <summary>The one of a data directory, or the server whose connection string stands in a file.</summary>
    public static DatabaseSource Of(string dataDirectory, string? connectionFile)
    {
        return connectionFile is null
            ? Sqlite(dataDirectory)
            : Postgres(System.Text.Encoding.UTF8.GetString(WholeFile.Read(connectionFile, 4096)).Trim());
    }

    /// <summary>Takes the database for this process and brings its schema up to this version, or refuses with the reason.</summary>
    public void Prepare()
    {
        try
        {
            TakeOwnership();
            using FleetDatabase database = Open();
            SchemaUpgrade.Run(database);
        }
        catch (DbException failure)
        {
            throw ToolFailure.BadInput($"the database cannot be used: {failure.Message}");
        }
    }

    /// <summary>True when the database answers.</summary>
    public bool Answers()
    {
        using FleetDatabase database = Open();
        return database.Database.CanConnect();
    }

    /// <summary>True when the schema is this version's already: then a command may work beside the server.</summary>
    public bool IsCurrent()
    {
        try
        {
            using FleetDatabase database = Open();
            return database.Database.CanConnect() && database.Database.GetAppliedMigrations().SequenceEqual(database.Database.GetMigrations());
        }
        catch (DbException failure)
        {
            throw ToolFailure.BadInput($"the database cannot be used: {failure.Message}");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _owner?.Dispose();
        _clear();
    }

    /// <summary>A session of the database; the caller disposes it.</summary>
    internal FleetDatabase Open()
    {
        return _factory.CreateDbContext();
    }

    private static void ClearPool(string connection)
    {
        using SqliteConnection pool = new(connection);
        SqliteConnection.ClearPool(pool);
    }

    // SQLite's owner holds the lock file of the data directory; PostgreSQL may be reached from other machines. It takes a moment to notice that the
    // owner before has gone: a server that is started again at once waits for that.
    private void TakeOwnership()
    {
        if (_postgres is null || _owner is not null)
        {
            return;
        }

        NpgsqlConnection owner = _postgres.OpenConnection();
        using NpgsqlCommand command = new($"SELECT pg_try_advisory_lock({OwnerLock})", owner);
        for (int tries = 0; command.ExecuteScalar() is not true; tries++)
        {
            if (tries == OwnershipTries)
            {
                owner.Dispose();
                throw ToolFailure.Refused("in-use", "the database is in use by another server");
            }

            Thread.Sleep(100);
        }

        _owner = owner;
    }
}

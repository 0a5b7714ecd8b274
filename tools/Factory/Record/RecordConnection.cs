using DeviceFirmware.Tools;
using Microsoft.Data.Sqlite;

namespace DeviceFirmware.Factory;

/// <summary>
/// One SQLite file, written ahead and synced fully, so that what was recorded survives the station's power. One thread at a time in this
/// process, one writer at a time among all.
/// </summary>
public sealed class RecordConnection : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly Lock _gate = new();
    private SqliteTransaction? _transaction;

    private RecordConnection(SqliteConnection connection, string path)
    {
        _connection = connection;
        Path = path;
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>Called before every statement and every commit, with its text: a test that cuts the power there throws.</summary>
    public Action<string>? BeforeOperation { get; set; }

    /// <summary>Opens the file, or ends the tool with bad input when it is no database.</summary>
    public static RecordConnection Open(string path)
    {
        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        RecordConnection record = new(connection, path);
        try
        {
            connection.Open();
            record.Execute("PRAGMA journal_mode = WAL");
            record.Execute("PRAGMA synchronous = FULL");
            record.Execute("PRAGMA secure_delete = ON");
            return record;
        }
        catch (SqliteException problem)
        {
            record.Dispose();
            throw ToolFailure.BadInput($"{path} is not a usable manufacturing record: {problem.Message}");
        }
    }

    /// <summary>Runs <paramref name="body"/> while nobody else can write: what it reads stays true until what it writes is there. Nested calls join.</summary>
    public T Exclusively<T>(Func<T> body)
    {
        lock (_gate)
        {
            if (_transaction is not null)
            {
                return body();
            }

            BeforeOperation?.Invoke("BEGIN");
            _transaction = _connection.BeginTransaction(deferred: false);
            try
            {
                T result = body();
                BeforeOperation?.Invoke("COMMIT");
                _transaction.Commit();
                return result;
            }
            finally
            {
                _transaction.Dispose();
                _transaction = null;
            }
        }
    }

    /// <summary>Runs a statement.</summary>
    public int Execute(string sql, params (string Name, object? Value)[] parameters)
    {
        lock (_gate)
        {
            BeforeOperation?.Invoke(sql);
            using SqliteCommand command = Command(sql, parameters);
            return command.ExecuteNonQuery();
        }
    }

    /// <summary>Reads rows.</summary>
    public IReadOnlyList<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params (string Name, object? Value)[] parameters)
    {
        lock (_gate)
        {
            using SqliteCommand command = Command(sql, parameters);
            using SqliteDataReader row = command.ExecuteReader();
            List<T> rows = [];
            while (row.Read())
            {
                rows.Add(read(row));
            }

            return rows;
        }
    }

    /// <summary>Moves what was written ahead into the file and empties the former: what was deleted is in neither.</summary>
    public void Checkpoint() => Query("PRAGMA wal_checkpoint(TRUNCATE)", row => row.GetInt64(0));

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private SqliteCommand Command(string sql, (string Name, object? Value)[] parameters)
    {
        SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object? value) in parameters)
        {
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        }

        return command;
    }
}

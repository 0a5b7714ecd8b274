using DeviceFirmware.Tools;
using Microsoft.Data.Sqlite;

namespace DeviceFirmware.Factory;

/// <summary>
/// The manufacturing record: one SQLite file, written ahead and synced fully, so that what was recorded survives the station's power. A row
/// goes from intent (before the signature) over signed to completed, and never back; ids, keys and serials are unique in it.
/// </summary>
public sealed class ManufacturingDatabase : IIssuanceHistory, IDisposable
{
    private const string FileName = "factory.db";
    private const int SchemaVersion = 2;
    private const string Columns =
        "device_id, hardware_id, key_hash, state, serial, batch, line, station, operator, firmware_version, intent_at, certificate, completed_at, hardware_id_repeats, profile, posture, exception";

    private readonly SqliteConnection _connection;

    private ManufacturingDatabase(SqliteConnection connection) => _connection = connection;

    /// <summary>Opens the record in that directory, and makes both when <paramref name="create"/> says so.</summary>
    public static ManufacturingDatabase Open(string directory, bool create)
    {
        string path = Path.Combine(directory, FileName);
        if (create)
        {
            Directory.CreateDirectory(directory);
        }
        else if (!File.Exists(path))
        {
            throw ToolFailure.BadInput($"no manufacturing record in {directory}");
        }

        SqliteConnection connection = new(new SqliteConnectionStringBuilder { DataSource = path, Pooling = false }.ToString());
        try
        {
            connection.Open();
            ManufacturingDatabase database = new(connection);
            database.Execute("PRAGMA journal_mode = WAL");
            database.Execute("PRAGMA synchronous = FULL");
            database.EnsureSchema(path);
            return database;
        }
        catch (SqliteException problem)
        {
            connection.Dispose();
            throw ToolFailure.BadInput($"{path} is not a usable manufacturing record: {problem.Message}");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public BoardRecord? FindById(string deviceId) => Query("WHERE device_id = $value", deviceId).FirstOrDefault();

    /// <inheritdoc/>
    public BoardRecord? FindByKey(string keyHash) => Query("WHERE key_hash = $value", keyHash).FirstOrDefault();

    /// <inheritdoc/>
    public bool HasHardwareIdElsewhere(string hardwareId, string deviceId) =>
        Query("WHERE hardware_id = $value", hardwareId).Any(record => record.DeviceId != deviceId);

    /// <summary>Every record, in the order of their intents.</summary>
    public IReadOnlyList<BoardRecord> All() => Query("ORDER BY number", null);

    /// <summary>Runs <paramref name="body"/> while no other station can write: what it reads stays true until what it writes is there.</summary>
    public T Exclusively<T>(Func<T> body)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction(deferred: false);
        T result = body();
        transaction.Commit();
        return result;
    }

    /// <summary>Records the intent to sign.</summary>
    public void AddIntent(BoardRecord record)
    {
        Production production = record.Production;
        Execute(
            $"INSERT INTO board ({Columns}) VALUES ($id, $hardware, $key, 'intent', $serial, $batch, $line, $station, $operator, $firmware, $at, NULL, NULL, $repeats, $profile, $posture, $exception)",
            ("$id", record.DeviceId),
            ("$hardware", record.HardwareId),
            ("$key", record.KeyHash),
            ("$serial", record.Serial),
            ("$batch", production.Batch),
            ("$line", production.Line),
            ("$station", production.Station),
            ("$operator", production.Operator),
            ("$firmware", production.FirmwareVersion),
            ("$at", record.IntentAt.ToUnixTimeSeconds()),
            ("$repeats", record.HardwareIdRepeats ? 1 : 0),
            ("$profile", Nullable(record.Admission?.Profile)),
            ("$posture", Nullable(record.Admission?.Posture)),
            ("$exception", Nullable(record.Admission?.Exception)));
    }

    /// <summary>Records the signature. A certificate that is there is never replaced.</summary>
    public void SetSigned(string deviceId, byte[] certificate) => Execute(
        "UPDATE board SET state = 'signed', certificate = $certificate WHERE device_id = $id AND state = 'intent'",
        ("$id", deviceId),
        ("$certificate", certificate));

    /// <summary>Records that the board is provisioned, with which image and under which admission; the first time counts.</summary>
    public void SetCompleted(string deviceId, string firmwareVersion, Admission admission, DateTimeOffset at) => Execute(
        "UPDATE board SET state = 'completed', completed_at = $at, firmware_version = $firmware, profile = $profile, posture = $posture, exception = $exception WHERE device_id = $id AND state = 'signed'",
        ("$id", deviceId),
        ("$firmware", firmwareVersion),
        ("$profile", admission.Profile),
        ("$posture", Nullable(admission.Posture)),
        ("$exception", Nullable(admission.Exception)),
        ("$at", at.ToUnixTimeSeconds()));

    /// <inheritdoc/>
    public void Dispose() => _connection.Dispose();

    private void EnsureSchema(string path)
    {
        using SqliteTransaction transaction = _connection.BeginTransaction(deferred: false);
        using SqliteCommand version = _connection.CreateCommand();
        version.CommandText = "PRAGMA user_version";
        long found = (long)version.ExecuteScalar()!;
        if (found is < 0 or > SchemaVersion)
        {
            throw ToolFailure.BadInput($"{path} has record format {found}; this program writes {SchemaVersion}");
        }

        if (found == 0)
        {
            Execute(
                """
                CREATE TABLE board (
                    number INTEGER PRIMARY KEY AUTOINCREMENT,
                    device_id TEXT NOT NULL UNIQUE,
                    hardware_id TEXT NOT NULL,
                    key_hash TEXT NOT NULL UNIQUE,
                    state TEXT NOT NULL CHECK (state IN ('intent', 'signed', 'completed')),
                    serial TEXT NOT NULL UNIQUE,
                    batch TEXT NOT NULL,
                    line TEXT NOT NULL,
                    station TEXT NOT NULL,
                    operator TEXT NOT NULL,
                    firmware_version TEXT NOT NULL,
                    intent_at INTEGER NOT NULL,
                    certificate BLOB CHECK ((certificate IS NULL) = (state = 'intent')),
                    completed_at INTEGER CHECK ((completed_at IS NULL) = (state <> 'completed')),
                    hardware_id_repeats INTEGER NOT NULL,
                    profile TEXT,
                    posture TEXT,
                    exception TEXT
                ) STRICT
                """);
        }
        else if (found == 1)
        {
            // Records of format 1 know no admission: nothing is claimed for them.
            Execute("ALTER TABLE board ADD COLUMN profile TEXT");
            Execute("ALTER TABLE board ADD COLUMN posture TEXT");
            Execute("ALTER TABLE board ADD COLUMN exception TEXT");
        }

        Execute($"PRAGMA user_version = {SchemaVersion}");

        transaction.Commit();
    }

    private void Execute(string sql, params (string Name, object Value)[] parameters)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = sql;
        foreach ((string name, object value) in parameters)
        {
            command.Parameters.AddWithValue(name, value);
        }

        command.ExecuteNonQuery();
    }

    private IReadOnlyList<BoardRecord> Query(string clause, string? value)
    {
        using SqliteCommand command = _connection.CreateCommand();
        command.CommandText = $"SELECT {Columns} FROM board {clause}";
        if (value is not null)
        {
            command.Parameters.AddWithValue("$value", value);
        }

        List<BoardRecord> records = [];
        using SqliteDataReader row = command.ExecuteReader();
        while (row.Read())
        {
            records.Add(Read(row));
        }

        return records;
    }

    private static BoardRecord Read(SqliteDataReader row) => new(
        row.GetString(0),
        row.GetString(1),
        row.GetString(2),
        Enum.Parse<BoardRecordState>(row.GetString(3), ignoreCase: true),
        row.GetString(4),
        new Production(row.GetString(5), row.GetString(6), row.GetString(7), row.GetString(8), row.GetString(9)),
        DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(10)),
        row.IsDBNull(11) ? null : row.GetFieldValue<byte[]>(11),
        row.IsDBNull(12) ? null : DateTimeOffset.FromUnixTimeSeconds(row.GetInt64(12)),
        row.GetInt64(13) != 0,
        row.IsDBNull(14) ? null : new Admission(row.GetString(14), Text(row, 15), Text(row, 16)));

    private static string? Text(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static object Nullable(string? text) => text ?? (object)DBNull.Value;
}

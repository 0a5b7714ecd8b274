using DeviceFirmware.Tools;
using Microsoft.Data.Sqlite;

namespace DeviceFirmware.Factory;

/// <summary>
/// The manufacturing record: a chain of entries that is only added to, and what they add up to. A board goes from intent (before the
/// signature) over signed to completed, and never back; ids, keys, serials and claim secrets are unique in it.
/// </summary>
public sealed class ManufacturingDatabase : IIssuanceHistory, IDisposable
{
    /// <summary>The file in the record's directory.</summary>
    public const string FileName = "factory.db";

    private const string Columns =
        "device_id, hardware_id, key_hash, state, serial, batch, line, station, operator, firmware_version, intent_at, certificate, completed_at, hardware_id_repeats, profile, posture, exception";

    private ManufacturingDatabase(RecordConnection connection, TimeProvider time)
    {
        Connection = connection;
        Chain = new RecordChain(connection, time);
    }

    /// <summary>The file.</summary>
    public RecordConnection Connection { get; }

    /// <summary>The entries.</summary>
    public RecordChain Chain { get; }

    /// <inheritdoc/>
    public string? StoppedBecause => RecordProjection.Get(Connection, RecordProjection.Stopped);

    /// <inheritdoc/>
    public bool IsRestored => RecordProjection.Get(Connection, RecordProjection.IdPart) is not null;

    /// <summary>Opens the record in that directory, and makes both when <paramref name="create"/> says so.</summary>
    public static ManufacturingDatabase Open(string directory, bool create, TimeProvider? time = null)
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

        RecordConnection connection = RecordConnection.Open(path);
        try
        {
            ManufacturingDatabase database = new(connection, time ?? TimeProvider.System);
            connection.Exclusively(database.Ensure);
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

    /// <inheritdoc/>
    public ProvenRequest? FindNonce(string r) => Connection.Query(
        "SELECT r, key_hash, message FROM nonce WHERE r = $r", row => new ProvenRequest(row.GetString(0), row.GetString(1), row.GetString(2)), ("$r", r)).FirstOrDefault();

    /// <inheritdoc/>
    public string? FindReservation(string deviceId) => Connection.Query(
        "SELECT key_hash FROM reservation WHERE device_id = $id", row => row.GetString(0), ("$id", deviceId)).FirstOrDefault();

    /// <summary>Every record, in the order of their intents.</summary>
    public IReadOnlyList<BoardRecord> All() => Query("ORDER BY number", null);

    /// <summary>Runs <paramref name="body"/> while no other station can write: what it reads stays true until what it writes is there.</summary>
    public T Exclusively<T>(Func<T> body) => Connection.Exclusively(body);

    /// <summary>Records a request that proved possession of its key; once.</summary>
    public void AddRequest(ProvenRequest request) => Exclusively(() =>
        FindNonce(request.R) is not null || Append(EntryKind.Request, new RequestBody(request.KeyHash, request.R, request.Message)));

    /// <summary>Records the intent to sign.</summary>
    public void AddIntent(BoardRecord record) => Append(EntryKind.Intent, IntentBody.Of(record));

    /// <summary>Records the signature. A certificate that is there is never replaced.</summary>
    public void SetSigned(string deviceId, byte[] certificate) => Exclusively(() =>
        FindById(deviceId) is { State: BoardRecordState.Intent } && Append(EntryKind.Signed, new SignedBody(deviceId, certificate)));

    /// <summary>Records that the board is provisioned, with which image and under which admission; the first time counts.</summary>
    public void SetCompleted(string deviceId, string firmwareVersion, Admission admission, DateTimeOffset at) => Exclusively(() =>
        FindById(deviceId) is { State: BoardRecordState.Signed }
        && Append(EntryKind.Completed, new CompletedBody(deviceId, firmwareVersion, admission.Profile, admission.Posture, admission.Exception, at.ToUnixTimeSeconds())));

    /// <summary>Stops the line, for every station of this record, until <see cref="Resume"/>.</summary>
    public void Stop(string token, string reason) => Append(EntryKind.Alarm, new AlarmBody(token, reason));

    /// <summary>Lets the line go on; false when it was not stopped.</summary>
    public bool Resume(string operatorName, string reason) =>
        Exclusively(() => StoppedBecause is not null && Append(EntryKind.Resumed, new ResumedBody(operatorName, reason)));

    /// <summary>
    /// The id of a key: that of its record, the one set aside for it, or the next number behind the prefix, set aside now. A board that is
    /// unplugged and comes back gets the same.
    /// </summary>
    public string Reserve(string keyHash, string prefix) => Exclusively(() =>
    {
        string? known = FindByKey(keyHash)?.DeviceId
            ?? Connection.Query("SELECT device_id FROM reservation WHERE key_hash = $key", row => row.GetString(0), ("$key", keyHash)).FirstOrDefault();
        if (known is not null)
        {
            return known;
        }

        string id = NextId(prefix);
        Append(EntryKind.Reserved, new ReservedBody(id, keyHash));
        return id;
    });

    /// <inheritdoc/>
    public void Dispose() => Connection.Dispose();

    /// <summary>Adds an entry and what it does; true, for callers that ask whether they did something.</summary>
    internal bool Append<T>(string kind, T body) => Exclusively(() =>
    {
        Chain.Append(kind, EntryJson.Write(body));
        return true;
    });

    /// <summary>A chain's name that no other record has.</summary>
    internal static string NewName() => "factory/" + Convert.ToHexStringLower(System.Security.Cryptography.RandomNumberGenerator.GetBytes(8));

    private string NextId(string prefix)
    {
        string part = RecordProjection.Get(Connection, RecordProjection.IdPart) is string restored ? restored + "-" : "";
        for (long number = RecordProjection.Count(Connection, RecordProjection.Number) + 1; ; number++)
        {
            string id = $"{prefix}-{part}{number:D6}";
            if (FindById(id) is null && FindReservation(id) is null)
            {
                return id;
            }
        }
    }

    private bool Ensure()
    {
        if (!RecordSchema.Ensure(Connection))
        {
            return false;
        }

        IReadOnlyList<BoardRecord> before = All();
        Connection.Execute("DELETE FROM board");
        Chain.Begin(NewName());
        foreach (BoardRecord board in before)
        {
            AddIntent(board);
            if (board.Certificate is not null)
            {
                SetSigned(board.DeviceId, board.Certificate);
            }

            if (board.CompletedAt is DateTimeOffset at)
            {
                Append(EntryKind.Completed, new CompletedBody(
                    board.DeviceId, board.Production.FirmwareVersion, board.Admission?.Profile, board.Admission?.Posture, board.Admission?.Exception, at.ToUnixTimeSeconds()));
            }
        }

        return true;
    }

    private IReadOnlyList<BoardRecord> Query(string clause, string? value) => Connection.Query(
        $"SELECT {Columns} FROM board {clause}", Read, value is null ? [] : [("$value", value)]);

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
}

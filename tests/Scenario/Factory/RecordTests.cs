using DeviceFirmware.Factory;
using DeviceFirmware.Scenario.Tools;
using Microsoft.Data.Sqlite;

namespace DeviceFirmware.Scenario.Factory;

/// <summary>The record's chain: what <c>factory verify</c> finds, what a head is for, and what a backup never brings back.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
public sealed class RecordTests
{
    private readonly Bench _bench = new();

    [TestCleanup]
    public void Clean() => _bench.Dispose();

    [TestMethod]
    public void ARecordVerifiesAndOnlyGrows()
    {
        Provision("board-1", "board-2");
        Assert.IsNull(RecordVerification.WhyNot(_bench.Database, []));
        Assert.ThrowsExactly<SqliteException>(() => _bench.Database.Connection.Execute("DELETE FROM entry WHERE sequence = 3"));
        Assert.ThrowsExactly<SqliteException>(() => _bench.Database.Connection.Execute("UPDATE entry SET encoded = x'00'"));
    }

    /// <summary>Somebody with an editor for SQLite, at every entry: bytes, order, gaps, and the tables beside them.</summary>
    [TestMethod]
    public void EveryEditIsFound()
    {
        Provision("board-1", "board-2");
        long last = _bench.Database.Chain.Position.Sequence;
        Assert.IsTrue(last >= 9, $"{last}");
        for (long number = 1; number <= last; number++)
        {
            byte[] encoded = _bench.Database.Chain.All()[(int)number - 1].Encoded;
            for (int at = 0; at < encoded.Length; at += 7)
            {
                byte[] changed = [.. encoded];
                changed[at] ^= 1;
                MustBeFound(number == last && at > 35, ("UPDATE entry SET encoded = $value WHERE sequence = $number", number, changed));
            }

            if (number < last)
            {
                MustBeFound(false, ("DELETE FROM entry WHERE sequence = $number", number, null));
                MustBeFound(
                    false,
                    ("UPDATE entry SET sequence = -1 WHERE sequence = $number", number, null),
                    ("UPDATE entry SET sequence = $number WHERE sequence = $number + 1", number, null),
                    ("UPDATE entry SET sequence = $number + 1 WHERE sequence = -1", number, null));
            }
        }

        string[] edits =
        [
            "UPDATE board SET key_hash = 'x' WHERE device_id = 'board-1'", "UPDATE board SET state = 'signed', completed_at = NULL", "DELETE FROM board WHERE device_id = 'board-2'",
            "UPDATE board SET certificate = (SELECT certificate FROM board WHERE device_id = 'board-2') WHERE device_id = 'board-1'", "DELETE FROM nonce", "DELETE FROM setting",
            "UPDATE board SET operator = 'nobody'", "INSERT INTO claim (mac, device_id) VALUES ('x', 'board-1')", "INSERT INTO reservation VALUES ('k', 'board-9')",
        ];
        foreach (string edit in edits)
        {
            MustBeFound(false, (edit, 0, null));
        }
    }

    /// <summary>The end cut off, or all of it written anew: only a head that somebody else holds tells.</summary>
    [TestMethod]
    public void AHeadFindsWhatTheRecordAloneCannot()
    {
        Provision("board-1", "board-2");
        Export("first.json");
        Provision("board-3");
        Export("second.json");
        Verify("first.json.head", "second.json.head").MustEndWith(0);

        // The honest record up to board-1, made longer than it was.
        using ManufacturingDatabase other = ManufacturingDatabase.Open(_bench["other"], create: true);
        other.Connection.Execute("UPDATE setting SET value = $name WHERE name = 'name'", ("$name", _bench.Database.Chain.Name));
        Assert.IsNotNull(RecordVerification.WhyNot(other, []));

        Edit(_bench.DataDirectory, ("DELETE FROM entry WHERE sequence > $number", _bench.Database.Chain.Position.Sequence - 1, null));
        Verify().MustEndWith(0);
        Verify("first.json.head").MustEndWith(0);
        Verify("first.json.head", "second.json.head").MustRefuse("record-broken");
        byte[] forged = File.ReadAllBytes(_bench["first.json.head"]);
        forged[^1] ^= 1;
        File.WriteAllBytes(_bench["forged.head"], forged);
        Verify("forged.head").MustRefuse("head-not-signed");
        ToolRun.Of("factory", "verify", "--data", _bench.DataDirectory, "--head", _bench["first.json.head"]).MustBeBadInput();
    }

    [TestMethod]
    public void ARestoreBringsBackNoIdAndNoSerialNumber()
    {
        string prefix = "unit";
        List<BoardRecord> made = [Numbered(prefix)];
        Tool("backup", "--out", _bench["copy.db"]).MustEndWith(0);
        made.Add(Numbered(prefix));
        Export("newest.json");

        // Made after the newest head: nobody but the boards knows of it.
        made.Add(Numbered(prefix));
        Assert.AreEqual("unit-000003", made[2].DeviceId);

        Restore("copy.db", "copy.db.head", "restored-0").MustEndWith(0);
        Restore("copy.db", "newest.json.head", "restored-1").MustEndWith(0);
        Restore("copy.db", "newest.json.head", "restored-1").MustRefuse("exists");
        Restore("copy.db", "newest.json.head", "restored-2").MustEndWith(0);
        HashSet<string> ids = [.. made.Select(record => record.DeviceId)];
        HashSet<string> serials = [.. made.Select(record => record.Serial)];
        foreach (string directory in (string[])["restored-1", "restored-2"])
        {
            using ManufacturingDatabase restored = ManufacturingDatabase.Open(_bench[directory], create: false);
            SigningDesk desk = new(restored, new CertificateIssuer(_bench.Ca), TimeProvider.System);
            for (int i = 0; i < 3; i++)
            {
                BoardRecord record = Numbered(prefix, desk, restored);
                Assert.IsTrue(ids.Add(record.DeviceId), record.DeviceId);
                Assert.IsTrue(serials.Add(record.Serial));
            }

            Assert.AreEqual("id-not-set-aside", _bench.Run(new FakeLine(_bench.NewBoard()), "unit-000003", desk)?.Token);
            Assert.IsNull(RecordVerification.WhyNot(restored, []));
        }

        // Whoever holds the newest head sees what is lost, and that the restore knew of it.
        VerifyAt("restored-1", "newest.json.head").MustEndWith(0);
        VerifyAt("restored-0", "newest.json.head").MustRefuse("record-broken");
    }

    [TestMethod]
    public void ARestoreTakesNoOldHeadAndNoOtherRecord()
    {
        Provision("board-1");
        Export("old.json");
        Provision("board-2");
        Tool("backup", "--out", _bench["copy.db"]).MustEndWith(0);
        Tool("backup", "--out", _bench["copy.db"]).MustRefuse("exists");
        Restore("copy.db", "old.json.head", "restored").MustRefuse("older-head");
        Assert.IsFalse(File.Exists(Path.Combine(_bench["restored"], "factory.db")));
        Edit(Path.GetDirectoryName(_bench["copy.db"])!, "copy.db", ("UPDATE board SET operator = 'x'", 0, null));
        Restore("copy.db", "copy.db.head", "restored").MustRefuse("backup-broken");
    }

    /// <summary>The third board's signature has the r of the second's: the line stands until somebody answers for it.</summary>
    [TestMethod]
    public void ARepeatedNonceStopsTheLine()
    {
        Provision("board-1");
        ProvenRequest seen = _bench.Database.Connection.Query("SELECT r, key_hash, message FROM nonce", row => new ProvenRequest(row.GetString(0), row.GetString(1), row.GetString(2)))[0];
        FakeBoard board = _bench.NewBoard("hw-nonce");
        StationStop? first = _bench.Run(new FakeLine(board) { Transmit = (_, request, answer) => request.Type == Provisioning.MessageType.Identity ? [] : answer() }, "board-2");
        Assert.AreEqual("no-answer", first?.Token);
        ProvenRequest own = _bench.Database.Connection.Query("SELECT r, key_hash, message FROM nonce WHERE r <> $r", row => new ProvenRequest(row.GetString(0), row.GetString(1), row.GetString(2)), ("$r", seen.R))[0];
        _bench.Database.Connection.Execute("UPDATE nonce SET key_hash = $key WHERE r = $r", ("$key", seen.KeyHash), ("$r", own.R));
        board.Restart();
        Assert.AreEqual("repeated-nonce", _bench.Run(new FakeLine(board), "board-2")?.Token);
        Assert.AreEqual("line-stopped", _bench.Run(new FakeLine(_bench.NewBoard()), "board-3")?.Token);
        StringAssert.Contains(ToolRun.Of("factory", "status", "--data", _bench.DataDirectory).MustEndWith(0).Output, "LINE STOPPED: repeated-nonce");
        string[] resume = ["resume", "--data", _bench.DataDirectory, "--operator", "ada", "--reason", "boards of reel 7 are out"];
        ToolRun.Of("factory", resume).MustEndWith(0);
        ToolRun.Of("factory", resume).MustRefuse("not-stopped");
        Assert.IsNull(_bench.Run(new FakeLine(_bench.NewBoard()), "board-3"));
    }

    private void Provision(params string[] ids)
    {
        foreach (string id in ids)
        {
            Assert.IsNull(_bench.Run(new FakeLine(_bench.NewBoard()), id));
        }
    }

    private BoardRecord Numbered(string prefix, SigningDesk? desk = null, ManufacturingDatabase? database = null)
    {
        FakeBoard board = _bench.NewBoard();
        string id = (database ?? _bench.Database).Reserve(board.KeyHash, prefix);
        Assert.AreEqual(id, (database ?? _bench.Database).Reserve(board.KeyHash, prefix));
        _bench.Keeper = new ClaimStore(database ?? _bench.Database);
        Assert.IsNull(_bench.Run(new FakeLine(board), id, desk));
        _bench.Keeper = null;
        return (database ?? _bench.Database).FindById(id)!;
    }

    private ToolRun Tool(string command, params string[] more) => ToolRun.Of("factory", [command, "--data", _bench.DataDirectory, "--station-key", _bench.StationKey, .. more]);

    private void Export(string file) => Tool("export", "--out", _bench[file]).MustEndWith(0);

    private ToolRun Verify(params string[] heads) => VerifyAt(_bench.DataDirectory, heads);

    private ToolRun VerifyAt(string directory, params string[] heads) => ToolRun.Of(
        "factory", ["verify", "--data", _bench[directory], "--station-public", _bench.StationPublic, .. heads.SelectMany(head => (string[])["--head", _bench[head]])]);

    private ToolRun Restore(string copy, string head, string directory) => ToolRun.Of(
        "factory", "restore", "--from", _bench[copy], "--head", _bench[head], "--station-public", _bench.StationPublic, "--data", _bench[directory]);

    private void MustBeFound(bool isLastBody, params (string Sql, long Number, byte[]? Value)[] edits)
    {
        string copy = _bench["edited"];
        if (Directory.Exists(copy))
        {
            Directory.Delete(copy, recursive: true);
        }

        Directory.CreateDirectory(copy);
        _bench.Database.Connection.Execute("VACUUM INTO $path", ("$path", Path.Combine(copy, "factory.db")));
        Edit(copy, edits);
        using ManufacturingDatabase edited = ManufacturingDatabase.Open(copy, create: false);

        // The last entry has no successor: only what the tables say too can be compared.
        Assert.IsTrue(RecordVerification.WhyNot(edited, []) is not null || isLastBody, string.Join("; ", edits.Select(edit => $"{edit.Sql} {edit.Number}")));
    }

    private static void Edit(string directory, params (string Sql, long Number, byte[]? Value)[] edits) => Edit(directory, "factory.db", edits);

    private static void Edit(string directory, string file, params (string Sql, long Number, byte[]? Value)[] edits)
    {
        using SqliteConnection connection = new($"Data Source={Path.Combine(directory, file)};Pooling=False");
        connection.Open();
        foreach ((string sql, long number, byte[]? value) in edits)
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = "DROP TRIGGER IF EXISTS entry_is_kept; DROP TRIGGER IF EXISTS entry_is_final; PRAGMA ignore_check_constraints = ON; " + sql;
            command.Parameters.AddWithValue("$number", number);
            command.Parameters.AddWithValue("$value", value ?? (object)DBNull.Value);
            command.ExecuteNonQuery();
        }
    }
}

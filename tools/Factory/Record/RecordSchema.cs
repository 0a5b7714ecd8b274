using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary>
/// The tables. <c>entry</c> is the record; every other table is what its entries add up to, kept for quick answers, and <c>factory verify</c>
/// adds them up again. The exceptions are secrets that wait for their label, and the key of their fingerprints.
/// </summary>
internal static class RecordSchema
{
    /// <summary>The version in <c>user_version</c>. 1 and 2 had boards and no chain.</summary>
    internal const int Version = 3;

    private const string Boards =
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
        """;

    private static readonly string[] _chain =
    [
        "CREATE INDEX board_hardware ON board (hardware_id)",
        "CREATE TABLE entry (sequence INTEGER PRIMARY KEY, encoded BLOB NOT NULL) STRICT",
        "CREATE TRIGGER entry_is_kept BEFORE DELETE ON entry BEGIN SELECT RAISE(ABORT, 'the record is only added to'); END",
        "CREATE TRIGGER entry_is_final BEFORE UPDATE ON entry BEGIN SELECT RAISE(ABORT, 'the record is only added to'); END",
        "CREATE TABLE nonce (r TEXT PRIMARY KEY, key_hash TEXT NOT NULL, message TEXT NOT NULL) STRICT",
        "CREATE TABLE reservation (key_hash TEXT PRIMARY KEY, device_id TEXT NOT NULL UNIQUE) STRICT",
        "CREATE TABLE claim (mac TEXT PRIMARY KEY, device_id TEXT NOT NULL, verifier TEXT) STRICT",
        "CREATE TABLE secret (device_id TEXT PRIMARY KEY, claim_secret BLOB NOT NULL, setup_password BLOB NOT NULL) STRICT",
        "CREATE TABLE fingerprint (key BLOB NOT NULL) STRICT",
        "CREATE TABLE shipment (device_id TEXT PRIMARY KEY, manifest INTEGER NOT NULL) STRICT",
        "CREATE TABLE former (name TEXT PRIMARY KEY) STRICT",
        "CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    ];

    /// <summary>Makes the tables, or brings older ones to this version; true when boards of before are to be entered into the chain.</summary>
    internal static bool Ensure(RecordConnection connection)
    {
        long found = connection.Query("PRAGMA user_version", row => row.GetInt64(0))[0];
        if (found is < 0 or > Version)
        {
            throw ToolFailure.BadInput($"{connection.Path} has record format {found}; this program writes {Version}");
        }

        if (found == Version)
        {
            return false;
        }

        if (found == 0)
        {
            connection.Execute(Boards);
        }
        else if (found == 1)
        {
            // Records of format 1 know no admission: nothing is claimed for them.
            connection.Execute("ALTER TABLE board ADD COLUMN profile TEXT");
            connection.Execute("ALTER TABLE board ADD COLUMN posture TEXT");
            connection.Execute("ALTER TABLE board ADD COLUMN exception TEXT");
        }

        foreach (string statement in _chain)
        {
            connection.Execute(statement);
        }

        connection.Execute($"PRAGMA user_version = {Version}");
        return true;
    }
}

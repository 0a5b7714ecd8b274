using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Bytes;
using DeviceFirmware.Identity;
using DeviceFirmware.Ledger;
using Microsoft.Data.Sqlite;

namespace DeviceFirmware.Factory;

/// <summary>
/// Checks a record with nothing but itself: every entry follows from the one before, and the tables say what the entries add up to. Whoever
/// can write the whole file can also write all of it anew: what catches that is a head that somebody else holds.
/// </summary>
public static class RecordVerification
{
    /// <summary>What is wrong first, in one sentence; null when nothing is.</summary>
    /// <param name="database">The record.</param>
    /// <param name="heads">Heads that others hold, their signatures checked.</param>
    public static string? WhyNot(ManufacturingDatabase database, IReadOnlyList<ChainHead> heads)
    {
        try
        {
            using RecordConnection replayed = RecordConnection.Open(":memory:");
            RecordSchema.Ensure(replayed);
            return Entries(database.Chain, replayed, heads) ?? TablesDiffer(database.Connection, replayed)
                ?? database.All().Select(WhyNot).FirstOrDefault(problem => problem is not null);
        }
        catch (SqliteException problem)
        {
            return $"the file is damaged: {problem.Message}";
        }
    }

    private static string? Entries(RecordChain chain, RecordConnection replayed, IReadOnlyList<ChainHead> heads)
    {
        ChainVerifier? verifier = null;
        string name = "";
        foreach ((long number, byte[] encoded) in chain.All())
        {
            ChainEntry? entry = ChainEntry.Decode(encoded, ChainEntry.MaximumBody);
            if (entry is not null && Renames(entry, verifier is null) is string renamed)
            {
                // A record that goes on from a copy has another name from there on: heads of the two are never mixed up.
                string? before = verifier is null ? null : Ended(verifier, LostAt(heads, name, entry));
                if (before is not null)
                {
                    return before;
                }

                verifier = Begun(renamed, verifier, heads);
                name = renamed;
            }

            if (verifier is null)
            {
                return $"the first entry is {(entry is null ? "damaged" : $"'{entry.Kind}'")}";
            }

            entry = verifier.Take(encoded);
            string? problem = entry is null ? Word(verifier) : entry.Sequence != number ? $"entry {number} says that it is {entry.Sequence}" : Apply(replayed, entry);
            if (problem is not null)
            {
                return problem;
            }
        }

        return verifier is null ? "there is no entry" : Ended(verifier, null) ?? Unknown(heads, replayed);
    }

    private static string? Renames(ChainEntry entry, bool first) => first
        ? entry.Kind == EntryKind.Record ? EntryJson.Read<RecordBody>(entry.Body)?.Name : null
        : entry.Kind == EntryKind.Restored ? EntryJson.Read<RestoredBody>(entry.Body)?.Name : null;

    private static ChainVerifier Begun(string name, ChainVerifier? before, IReadOnlyList<ChainHead> heads)
    {
        ChainVerifier verifier = new(name, before?.Position ?? ChainPosition.Start(name), ChainEntry.MaximumBody);
        foreach (ChainHead head in heads.Where(head => head.Chain == name))
        {
            verifier.Expect(head);
        }

        return verifier;
    }

    /// <summary>The newest head that the restore answered for: what lies up to it is known to be lost.</summary>
    private static long? LostAt(IReadOnlyList<ChainHead> heads, string name, ChainEntry entry)
    {
        RestoredBody? restored = EntryJson.Read<RestoredBody>(entry.Body);
        bool all = heads.Where(head => head.Chain == name && head.Position.Sequence >= entry.Sequence).All(head => head.Position.Sequence <= (restored?.HeadSequence ?? 0));
        return all ? restored?.HeadSequence : null;
    }

    private static string? Ended(ChainVerifier verifier, long? lostUpTo)
    {
        ChainVerdict verdict = verifier.End();
        return verdict == ChainVerdict.Accepted || (verdict == ChainVerdict.Behind && lostUpTo is not null) ? null : Word(verifier);
    }

    private static string? Unknown(IReadOnlyList<ChainHead> heads, RecordConnection replayed)
    {
        HashSet<string> names = [.. replayed.Query("SELECT value FROM setting WHERE name = $name", row => row.GetString(0), ("$name", RecordProjection.Name))];
        names.UnionWith(replayed.Query("SELECT name FROM former", row => row.GetString(0)));
        ChainHead? other = heads.FirstOrDefault(head => !names.Contains(head.Chain));
        return other is null ? null : $"a head is of another record, '{other.Chain}'";
    }

    private static string Word(ChainVerifier verifier) => verifier.Verdict switch
    {
        ChainVerdict.Malformed => $"entry {verifier.Culprit} is damaged",
        ChainVerdict.Gap => $"entry {verifier.Culprit} is missing, repeated or out of order",
        ChainVerdict.Broken => $"entry {verifier.Culprit} does not follow from the one before: something was changed",
        ChainVerdict.Fork => $"entry {verifier.Culprit} is not the one of which the head was handed over: the record was written anew",
        ChainVerdict.Behind => $"entry {verifier.Culprit} is missing: its head was handed over",
        _ => $"the chain is refused ({verifier.Verdict}) at {verifier.Culprit}",
    };

    private static string? Apply(RecordConnection replayed, ChainEntry entry)
    {
        try
        {
            return RecordProjection.Apply(replayed, entry.Kind, entry.Body) ? null : $"entry {entry.Sequence} ('{entry.Kind}') has no body of its kind";
        }
        catch (SqliteException problem)
        {
            return $"entry {entry.Sequence} ('{entry.Kind}') contradicts the ones before: {problem.Message}";
        }
    }

    private static string? TablesDiffer(RecordConnection record, RecordConnection replayed)
    {
        foreach ((string table, string columns) in RecordProjection.Tables)
        {
            string select = $"SELECT {columns} FROM {table} ORDER BY 1";
            IReadOnlyList<string> found = record.Query(select, Row);
            IReadOnlyList<string> expected = replayed.Query(select, Row);
            string? difference = found.Except(expected).Concat(expected.Except(found)).FirstOrDefault();
            if (difference is not null || found.Count != expected.Count)
            {
                return $"table {table} is not what the entries add up to{(difference is null ? "" : $", at '{difference.Split('\u001f')[0]}'")}";
            }
        }

        return null;
    }

    private static string Row(SqliteDataReader row) => string.Join('\u001f', Enumerable.Range(0, row.FieldCount).Select(i => row.GetValue(i) switch
    {
        byte[] bytes => Convert.ToHexString(bytes),
        DBNull => "\u0000",
        object value => Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture),
    }));

    /// <summary>A board's certificate is the one that its intent says.</summary>
    private static string? WhyNot(BoardRecord board)
    {
        if (board.Certificate is null)
        {
            return null;
        }

        Certificate? certificate = Certificate.Decode(board.Certificate);
        if (certificate is null)
        {
            return $"the certificate of '{board.DeviceId}' cannot be read";
        }

        using X509Certificate2 whole = X509CertificateLoader.LoadCertificate(board.Certificate);
        string serial = Convert.ToHexStringLower(whole.SerialNumberBytes.Span).TrimStart('0');
        bool fits = certificate.Subject.CommonName == board.DeviceId && certificate.Subject.SerialNumber == board.HardwareId
            && Hex.Encode(certificate.PublicKey.KeyHash()) == board.KeyHash && serial == board.Serial.TrimStart('0')
            && certificate.NotBefore == board.IntentAt.ToUnixTimeSeconds();
        return fits ? null : $"the certificate of '{board.DeviceId}' is not the one that was intended";
    }
}

using System.Security.Cryptography;
using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary>
/// A copy of the record, and going on from one. What came after the copy is lost, so nothing may be given out that the lost part may have
/// given out: serial numbers are 128 random bits; ids are numbered on behind a part that no id had; ids chosen by hand are over; the chain
/// goes on under another name, and the entry that says so names the newest head that was ever handed over.
/// </summary>
public static class RecordBackup
{
    private const string Letters = "0123456789abcdefghjkmnpqrstvwxyz";
    private const int RandomLetters = 4;

    /// <summary>Writes a copy without the secrets that wait for their labels.</summary>
    public static void Write(ManufacturingDatabase database, string path)
    {
        if (File.Exists(path))
        {
            throw ToolFailure.Refused("exists", $"{path} exists already; a backup has a file of its own");
        }

        database.Append(EntryKind.Backup, new HandedOverBody("", database.All().Count));
        string temporary = path + ".tmp";
        File.Delete(temporary);
        database.Connection.Execute("VACUUM INTO $path", ("$path", temporary));
        using (RecordConnection copy = RecordConnection.Open(temporary))
        {
            copy.Execute("DELETE FROM secret");
            copy.Execute("VACUUM");
            copy.Execute("PRAGMA journal_mode = DELETE");
        }

        File.Move(temporary, path);
    }

    /// <summary>Goes on from a copy in a directory that has no record. The newest head that was handed over has to be shown.</summary>
    public static void Restore(string path, string directory, ChainHead newest)
    {
        string target = Path.Combine(directory, ManufacturingDatabase.FileName);
        if (File.Exists(target))
        {
            throw ToolFailure.Refused("exists", $"{directory} has a record; a backup is restored beside it, never over it");
        }

        if (!File.Exists(path))
        {
            throw ToolFailure.BadInput($"no such file: {path}");
        }

        Directory.CreateDirectory(directory);
        string stage = Path.Combine(directory, ".restore");
        Directory.CreateDirectory(stage);
        try
        {
            string staged = Path.Combine(stage, ManufacturingDatabase.FileName);
            File.Copy(path, staged, overwrite: true);
            using (ManufacturingDatabase database = ManufacturingDatabase.Open(stage, create: false))
            {
                GoOn(database, newest);
                database.Connection.Execute("PRAGMA journal_mode = DELETE");
            }

            File.Move(staged, target);
        }
        finally
        {
            Directory.Delete(stage, recursive: true);
        }
    }

    private static void GoOn(ManufacturingDatabase database, ChainHead newest)
    {
        ChainPosition end = database.Chain.Position;
        bool isInside = newest.Position.Sequence <= end.Sequence;
        if (RecordVerification.WhyNot(database, isInside ? [newest] : []) is string problem)
        {
            throw ToolFailure.Refused("backup-broken", problem);
        }

        if (newest.Chain != database.Chain.Name)
        {
            throw ToolFailure.Refused("other-record", $"the head is of '{newest.Chain}', the backup of '{database.Chain.Name}'");
        }

        if (newest.Position.Sequence < end.Sequence)
        {
            throw ToolFailure.Refused("older-head", $"the head is of entry {newest.Position.Sequence}, the backup itself has {end.Sequence}: it takes the newest head that was exported, shipped or backed up");
        }

        string part = "r" + string.Concat(Enumerable.Range(0, RandomLetters).Select(_ => Letters[RandomNumberGenerator.GetInt32(Letters.Length)]));
        database.Append(EntryKind.Restored, new RestoredBody(
            ManufacturingDatabase.NewName(), newest.Position.Sequence, Convert.ToHexStringLower(newest.Position.Hash), part));
    }
}

using System.IO.Compression;
using DeviceFirmware.Tools;
using Microsoft.Data.Sqlite;

namespace DeviceFirmware.Fleet;

/// <summary>A backup: a ZIP of the database as it was at one moment, and of the images. It holds no private key.</summary>
internal static class BackupFile
{
    private const string Database = "fleet.db";
    private const string Images = "images";

    /// <summary>Writes a backup of a data directory, whose server may run meanwhile.</summary>
    public static void Write(string dataDirectory, string path)
    {
        string source = Path.Combine(dataDirectory, Database);
        if (!File.Exists(source))
        {
            throw ToolFailure.BadInput($"{dataDirectory} has no {Database}: PostgreSQL is backed up by its own tools (pg_dump)");
        }

        if (File.Exists(path))
        {
            throw ToolFailure.Refused("exists", $"{path} exists already");
        }

        string copy = path + "." + Guid.NewGuid().ToString("N") + ".db";
        string unfinished = path + "." + Guid.NewGuid().ToString("N") + ".tmp";
        try
        {
            using (SqliteConnection from = new(new SqliteConnectionStringBuilder { DataSource = source, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString()))
            using (SqliteConnection to = new(new SqliteConnectionStringBuilder { DataSource = copy, Pooling = false }.ToString()))
            {
                from.Open();
                to.Open();
                from.BackupDatabase(to);
            }

            using (ZipArchive archive = ZipFile.Open(unfinished, ZipArchiveMode.Create))
            {
                archive.CreateEntryFromFile(copy, Database);
                string images = Path.Combine(dataDirectory, Images);
                foreach (string image in Directory.Exists(images) ? Directory.GetFiles(images, "*.img") : [])
                {
                    archive.CreateEntryFromFile(image, $"{Images}/{Path.GetFileName(image)}");
                }
            }

            File.Move(unfinished, path);
        }
        finally
        {
            File.Delete(copy);
            File.Delete(unfinished);
        }
    }

    /// <summary>Unpacks a backup into a directory that has no registry.</summary>
    public static void Unpack(string path, string directory)
    {
        if (!File.Exists(path))
        {
            throw ToolFailure.BadInput("no such file: " + path);
        }

        try
        {
            using ZipArchive archive = ZipFile.OpenRead(path);
            if (archive.GetEntry(Database) is null)
            {
                throw ToolFailure.BadInput($"{path} is no backup of a fleet");
            }

            Directory.CreateDirectory(Path.Combine(directory, Images));
            foreach (ZipArchiveEntry entry in archive.Entries)
            {
                // Names in an archive are somebody's: only ours are taken.
                string name = entry.FullName;
                bool image = name.StartsWith(Images + "/", StringComparison.Ordinal) && name.EndsWith(".img", StringComparison.Ordinal)
                    && ManufacturingRecord.IsSha256(name[(Images.Length + 1)..^4]);
                if (name != Database && !image)
                {
                    throw ToolFailure.BadInput($"{path} is no backup of a fleet: it has '{StrictJson.Shorten(name)}'");
                }

                entry.ExtractToFile(Path.Combine(directory, name));
            }
        }
        catch (InvalidDataException)
        {
            throw ToolFailure.BadInput($"{path} is no backup of a fleet");
        }
    }
}

using System.Security.Cryptography;
using DeviceFirmware.Bytes;
using DeviceFirmware.Ledger;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Factory;

/// <summary>What leaves the station: exports and manifests, each with a head of the record, so that somebody else holds it.</summary>
public sealed class HandOver(ManufacturingDatabase database, HeldKey stationKey)
{
    /// <summary>What a manifest's signature is for (external_aad).</summary>
    public const string ManifestContext = "DeviceFirmware/manifest/1";

    /// <summary>Most boards in one manifest, as the fleet takes them.</summary>
    public const int MaximumBoards = 5_000;

    // Ids of 32 characters: an entry's body holds them.
    private const int IdsAnEntry = 200;

    /// <summary>Records that this content was handed over; the head that covers it.</summary>
    public byte[] Export(byte[] content, int boards)
    {
        database.Append(EntryKind.Exported, new HandedOverBody(Convert.ToHexStringLower(SHA256.HashData(content)), boards));
        return database.Chain.SignHead(stationKey);
    }

    /// <summary>
    /// Takes the boards that are completed, labelled and not shipped into the next manifest; its number, or 0 when there are none. A board
    /// is in one manifest only.
    /// </summary>
    public long Ship() => database.Exclusively(() =>
    {
        string[] ids = [.. Ready(database).Take(MaximumBoards).Select(record => record.DeviceId)];
        long number = ids.Length == 0 ? 0 : RecordProjection.Count(database.Connection, RecordProjection.Manifest) + 1;
        foreach (string[] part in ids.Chunk(IdsAnEntry))
        {
            database.Append(EntryKind.Shipped, new ShippedBody(number, part));
        }

        return number;
    });

    /// <summary>A manifest's bytes: COSE_Sign1 over {1: record, 2: number, 3: environment, 4: head, 5: boards as JSON}. Null when there is none of that number.</summary>
    public byte[]? Manifest(long number, string environment)
    {
        HashSet<string> ids = [.. database.Connection.Query("SELECT device_id FROM shipment WHERE manifest = $number", row => row.GetString(0), ("$number", number))];
        if (ids.Count == 0)
        {
            return null;
        }

        ClaimStore claims = new(database);
        byte[] boards = System.Text.Encoding.UTF8.GetBytes(RecordJson.Write(database.All().Where(record => ids.Contains(record.DeviceId)), claims.Verifier));
        byte[] payload = new CborWriter().Map(5)
            .Unsigned(1).Text(database.Chain.Name)
            .Unsigned(2).Unsigned(number)
            .Unsigned(3).Text(environment)
            .Unsigned(4).Bytes(database.Chain.SignHead(stationKey))
            .Unsigned(5).Bytes(boards)
            .ToArray();
        return CoseSign1.Encode(stationKey.KeyHash, payload, stationKey.SignHash(CoseSign1.Digest(stationKey.KeyHash, payload, ManifestContext)));
    }

    /// <summary>The boards that the next manifest would take.</summary>
    public static IEnumerable<BoardRecord> Ready(ManufacturingDatabase database)
    {
        HashSet<string> shipped = [.. database.Connection.Query("SELECT device_id FROM shipment", row => row.GetString(0))];
        HashSet<string> unlabelled = [.. new ClaimStore(database).Waiting()];
        return database.All().Where(record => record.State == BoardRecordState.Completed && !shipped.Contains(record.DeviceId) && !unlabelled.Contains(record.DeviceId));
    }

    /// <summary>Reads a head out of a file and checks its signature, or ends the tool.</summary>
    public static ChainHead ReadHead(string path, string publicKeyPath)
    {
        byte[] key = Pem.Decode("PUBLIC KEY", WholeFile.Read(publicKeyPath, 4096)) ?? throw ToolFailure.BadInput($"{publicKeyPath} is not one public key in PEM");
        Crypto.P256PublicKey station = Crypto.P256PublicKey.DecodeSubjectPublicKeyInfo(key, 0, key.Length) ?? throw ToolFailure.BadInput($"{publicKeyPath} is not a P-256 key");
        return ChainHead.Read(WholeFile.Read(path, ChainHead.MaximumSize), station)
            ?? throw ToolFailure.Refused("head-not-signed", $"{path} is not a head signed by the key in {publicKeyPath}");
    }
}

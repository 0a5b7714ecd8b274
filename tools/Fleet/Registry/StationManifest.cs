using System.Diagnostics.CodeAnalysis;
using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;

namespace DeviceFirmware.Fleet;

/// <summary>
/// A factory station's signed manifest: COSE_Sign1 over {1: record, 2: number, 3: environment, 4: head, 5: boards}; firmware/SPEC.md,
/// "Manifest". The door of "did a station of ours make these boards?": what stands in it is read only after its signature.
/// </summary>
public sealed class StationManifest
{
    /// <summary>What its signature is for (external_aad).</summary>
    public const string Context = "DeviceFirmware/manifest/1";

    /// <summary>Largest manifest, bytes.</summary>
    public const int MaximumBytes = ManufacturingRecord.MaximumBytes + 1024;

    private const int MaximumHead = 512;

    private StationManifest(string record, long number, byte[] boards)
    {
        Record = record;
        Number = number;
        Boards = boards;
    }

    /// <summary>The name of the station's record.</summary>
    public string Record { get; }

    /// <summary>Its number in that record, from 1.</summary>
    public long Number { get; }

    /// <summary>The manufacturing record, JSON.</summary>
    public byte[] Boards { get; }

    /// <summary>True for bytes that claim to be one; JSON never begins so.</summary>
    public static bool IsOne(ReadOnlySpan<byte> body) => body.Length > 0 && body[0] == 0xD2;

    /// <summary>Opens a manifest that one of the believed stations signed for this environment; otherwise the reason.</summary>
    /// <param name="body">Anybody's bytes.</param>
    /// <param name="stations">The public keys of our stations.</param>
    /// <param name="environment">The environment of this fleet.</param>
    /// <param name="manifest">The manifest.</param>
    /// <param name="refusal">Why not.</param>
    public static bool TryOpen(
        byte[] body, IReadOnlyList<P256PublicKey> stations, string environment, [NotNullWhen(true)] out StationManifest? manifest, [NotNullWhen(false)] out Refusal? refusal)
    {
        manifest = null;
        CoseSign1? signed = CoseSign1.Decode(body, MaximumBytes);
        if (signed is null)
        {
            refusal = new Refusal("malformed-manifest", "not a COSE_Sign1 message of this project's form", 422);
            return false;
        }

        P256PublicKey? station = stations.FirstOrDefault(key => ByteArray.AreEqual(key.KeyHash(), signed.KeyHash));
        if (station is null || !signed.IsSignedBy(station, Context))
        {
            refusal = new Refusal("unknown-station", station is null ? $"no station key {Hex.Encode(signed.KeyHash)} was given to this fleet" : "the station's signature does not fit");
            return false;
        }

        CborReader reader = new(signed.Payload);
        reader.Map(5);
        reader.Key(1);
        string record = reader.Text(1, Ledger.ChainPosition.MaximumName);
        reader.Key(2);
        long number = reader.Unsigned(long.MaxValue);
        reader.Key(3);
        string made = reader.Text(1, 16);
        reader.Key(4);
        reader.Bytes(0, MaximumHead);
        reader.Key(5);
        byte[] boards = reader.Bytes(0, ManufacturingRecord.MaximumBytes);
        refusal = !reader.IsComplete ? new Refusal("malformed-manifest", "the payload is not {1: record, 2: number, 3: environment, 4: head, 5: boards}", 422)
            : made != environment ? new Refusal("other-environment", $"the manifest is of '{made}', this fleet is of '{environment}'")
            : null;
        manifest = refusal is null ? new StationManifest(record, number, boards) : null;
        return refusal is null;
    }
}

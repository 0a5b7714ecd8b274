using DeviceFirmware.Bytes;
using DeviceFirmware.Crypto;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Fleet;

/// <summary>The factory stations whose manifests this fleet takes. With none named, unsigned records are taken, for experiments.</summary>
public sealed class StationKeys
{
    private readonly P256PublicKey[] _keys;
    private readonly string _environment;

    /// <summary>Reads public keys, or ends the tool with bad input.</summary>
    /// <param name="files">PEM files, one key each.</param>
    /// <param name="environment">The environment of this fleet.</param>
    public StationKeys(IEnumerable<string> files, string environment)
    {
        _keys = [.. files.Select(Read)];
        _environment = environment;
    }

    /// <summary>The devices in what was sent, signed or not; or why they are not taken.</summary>
    public Outcome<IReadOnlyList<Device>> Open(byte[] body)
    {
        byte[] json = body;
        if (StationManifest.IsOne(body))
        {
            if (!StationManifest.TryOpen(body, _keys, _environment, out StationManifest? manifest, out Refusal? refusal))
            {
                return refusal;
            }

            json = manifest.Boards;
        }
        else if (_keys.Length > 0)
        {
            return new Refusal("unsigned-manifest", "this fleet knows its stations and takes their signed manifests only (factory ship)");
        }

        return ManufacturingRecord.TryParse(json, out IReadOnlyList<Device>? devices, out string? problem)
            ? new Outcome<IReadOnlyList<Device>>(devices, null)
            : new Refusal("malformed-manifest", problem, 422);
    }

    private static P256PublicKey Read(string path)
    {
        byte[]? der = Pem.Decode("PUBLIC KEY", WholeFile.Read(path, 4096));
        return (der is null ? null : P256PublicKey.DecodeSubjectPublicKeyInfo(der, 0, der.Length))
            ?? throw ToolFailure.BadInput($"{path} is not one P-256 public key in PEM");
    }
}

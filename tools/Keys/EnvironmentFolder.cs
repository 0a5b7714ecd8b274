using System.Security.Cryptography.X509Certificates;
using System.Text;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Keys;

/// <summary>
/// The public directory of one environment while its keys are made one by one. Each file is written beside its place and renamed, its
/// fingerprint in environment.json last: after a cut between the two, <c>keys show</c> and the firmware's build say that they differ, and the
/// same command with <c>--replace --existing</c> mends it.
/// </summary>
public sealed class EnvironmentFolder
{
    private readonly string _directory;
    private EnvironmentManifest _manifest;

    private EnvironmentFolder(string directory, EnvironmentManifest manifest)
    {
        _directory = directory;
        _manifest = manifest;
    }

    /// <summary>Opens the directory, or begins a new environment in one that is absent or empty.</summary>
    public static EnvironmentFolder OpenOrBegin(string publicDirectory, EnvironmentName environment, DateTimeOffset now)
    {
        string directory = Path.Combine(publicDirectory, environment.Value);
        string manifest = Path.Combine(directory, EnvironmentManifest.FileName);
        if (File.Exists(manifest))
        {
            return Open(publicDirectory, environment);
        }

        if (Directory.Exists(directory) && Directory.EnumerateFileSystemEntries(directory).Any())
        {
            throw ToolFailure.Refused("exists", $"{directory} is not empty and has no {EnvironmentManifest.FileName}");
        }

        return new EnvironmentFolder(directory, new EnvironmentManifest(
            environment.Value, now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), Insecure: false, new Dictionary<string, string>()));
    }

    /// <summary>Opens the directory of an environment that has been begun, or ends the tool.</summary>
    public static EnvironmentFolder Open(string publicDirectory, EnvironmentName environment)
    {
        string directory = Path.Combine(publicDirectory, environment.Value);
        EnvironmentManifest manifest = EnvironmentManifest.Read(Path.Combine(directory, EnvironmentManifest.FileName));
        return manifest.Environment == environment.Value
            ? new EnvironmentFolder(directory, manifest)
            : throw ToolFailure.Refused("environment-differs", $"environment.json is of '{manifest.Environment}', not of '{environment}'");
    }

    /// <summary>True when the role has a public file, or environment.json says so.</summary>
    public bool Has(KeyRole role) => File.Exists(PathOf(role)) || _manifest.Fingerprints.ContainsKey(role.PublicFile);

    /// <summary>A role's public file as environment.json has it, or the tool ends.</summary>
    public PublicFile Read(KeyRole role)
    {
        PublicFile file = File.Exists(PathOf(role))
            ? PublicFile.Read(PathOf(role))
            : throw ToolFailure.Refused("missing", $"{PathOf(role)} is missing: make {role.Name} first");
        return _manifest.Fingerprints.GetValueOrDefault(role.PublicFile) == file.Fingerprint
            ? file
            : throw ToolFailure.Refused("files-differ", $"{role.PublicFile} differs from environment.json");
    }

    /// <summary>A role's certificate, or the tool ends.</summary>
    public X509Certificate2 ReadCertificate(KeyRole role) => X509CertificateLoader.LoadCertificate(Read(role).Der);

    /// <summary>A key that another role of this environment has is refused: roles never share one.</summary>
    public void RequireUnused(byte[] subjectPublicKeyInfo, KeyRole role)
    {
        foreach (KeyRole other in KeyRole.All.Where(other => other != role && File.Exists(PathOf(other))))
        {
            PublicFile file = PublicFile.Read(PathOf(other));
            using X509Certificate2? certificate = file.Label == PublicFile.CertificateLabel ? X509CertificateLoader.LoadCertificate(file.Der) : null;
            byte[] key = certificate?.PublicKey.ExportSubjectPublicKeyInfo() ?? file.Der;
            if (key.AsSpan().SequenceEqual(subjectPublicKeyInfo))
            {
                throw ToolFailure.Refused("key-shared", $"this key is {other.Name} already; roles share no key");
            }
        }
    }

    /// <summary>Writes public files, then environment.json. A key that lies in the clear marks the environment as insecure for good.</summary>
    public void Put(bool insecure, params (KeyRole Role, PublicFile File)[] files)
    {
        Dictionary<string, string> fingerprints = new(_manifest.Fingerprints);
        foreach ((KeyRole role, PublicFile file) in files)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(PathOf(role))!);
            WholeFile.Write(PathOf(role), Encoding.ASCII.GetBytes(file.ToPem()), overwrite: true);
            fingerprints[role.PublicFile] = file.Fingerprint;
        }

        _manifest = _manifest with
        {
            Insecure = _manifest.Insecure || insecure,
            Fingerprints = KeyRole.All.Where(role => fingerprints.ContainsKey(role.PublicFile)).ToDictionary(role => role.PublicFile, role => fingerprints[role.PublicFile]),
        };
        WholeFile.Write(Path.Combine(_directory, EnvironmentManifest.FileName), Encoding.UTF8.GetBytes(_manifest.ToJson()), overwrite: true);
    }

    /// <summary>Takes a role's public file away; environment.json first.</summary>
    public void Remove(KeyRole role)
    {
        _manifest = _manifest with { Fingerprints = _manifest.Fingerprints.Where(pair => pair.Key != role.PublicFile).ToDictionary(pair => pair.Key, pair => pair.Value) };
        WholeFile.Write(Path.Combine(_directory, EnvironmentManifest.FileName), Encoding.UTF8.GetBytes(_manifest.ToJson()), overwrite: true);
        File.Delete(PathOf(role));
    }

    private string PathOf(KeyRole role) => Path.Combine(_directory, role.PublicFile);
}

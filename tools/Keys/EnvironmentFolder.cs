using System.Security.Cryptography.X509Certificates;
using System.Text;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Keys;

/// <summary>
/// The public directory of one environment while its keys are made one by one. What a command changes lies beside its place first, as
/// <c>FILE.new</c>; environment.json, with the fingerprints, is what commits; then the files take their places. A cut anywhere leaves the old
/// state or the new one: whatever opens the directory next finishes the change, or takes it back. Until then the firmware's build says that
/// files and environment.json differ.
/// </summary>
public sealed class EnvironmentFolder
{
    private const string Staged = ".new";

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
        string directory = System.IO.Path.Combine(publicDirectory, environment.Value);
        string manifest = System.IO.Path.Combine(directory, EnvironmentManifest.FileName);
        if (File.Exists(manifest))
        {
            return Open(publicDirectory, environment);
        }

        if (Directory.Exists(directory) && Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories).Any(file => !IsLeftover(file)))
        {
            throw ToolFailure.Refused("exists", $"{directory} is not empty and has no {EnvironmentManifest.FileName}");
        }

        return new EnvironmentFolder(directory, new EnvironmentManifest(
            environment.Value, now.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"), Insecure: false, new Dictionary<string, string>()));
    }

    /// <summary>Opens the directory of an environment that has been begun, or ends the tool.</summary>
    public static EnvironmentFolder Open(string publicDirectory, EnvironmentName environment)
    {
        string directory = System.IO.Path.Combine(publicDirectory, environment.Value);
        EnvironmentManifest manifest = EnvironmentManifest.Read(System.IO.Path.Combine(directory, EnvironmentManifest.FileName));
        if (manifest.Environment != environment.Value)
        {
            throw ToolFailure.Refused("environment-differs", $"environment.json is of '{manifest.Environment}', not of '{environment}'");
        }

        EnvironmentFolder folder = new(directory, manifest);
        folder.Settle();
        return folder;
    }

    /// <summary>environment.json.</summary>
    public EnvironmentManifest Manifest => _manifest;

    /// <summary>Where the environment lies.</summary>
    public string Path => _directory;

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

    /// <summary>Changes public files, all or none. A key that lies in the clear marks the environment as insecure for good.</summary>
    /// <param name="insecure">A private key was written in the clear.</param>
    /// <param name="files">The new files; null takes a role's file away.</param>
    public void Put(bool insecure, params (KeyRole Role, PublicFile? File)[] files)
    {
        Dictionary<string, string> fingerprints = new(_manifest.Fingerprints);
        foreach ((KeyRole role, PublicFile? file) in files)
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(PathOf(role))!);
            WholeFile.Write(PathOf(role) + Staged, file is null ? [] : Encoding.ASCII.GetBytes(file.ToPem()), overwrite: true);
            fingerprints.Remove(role.PublicFile);
            if (file is not null)
            {
                fingerprints[role.PublicFile] = file.Fingerprint;
            }
        }

        _manifest = _manifest with
        {
            Insecure = _manifest.Insecure || insecure,
            Fingerprints = KeyRole.All.Where(role => fingerprints.ContainsKey(role.PublicFile)).ToDictionary(role => role.PublicFile, role => fingerprints[role.PublicFile]),
        };
        WholeFile.Write(System.IO.Path.Combine(_directory, EnvironmentManifest.FileName), Encoding.UTF8.GetBytes(_manifest.ToJson()), overwrite: true);
        Settle();
    }

    // What environment.json has committed takes its place; what it has not goes.
    private void Settle()
    {
        foreach (KeyRole role in KeyRole.All.Where(role => File.Exists(PathOf(role) + Staged)))
        {
            string staged = PathOf(role) + Staged;
            string? committed = _manifest.Fingerprints.GetValueOrDefault(role.PublicFile);
            bool isRemoval = new FileInfo(staged).Length == 0;
            if (isRemoval && committed is null)
            {
                File.Delete(PathOf(role));
            }
            else if (!isRemoval && PublicFile.Read(staged).Fingerprint == committed)
            {
                File.Move(staged, PathOf(role), overwrite: true);
                continue;
            }

            File.Delete(staged);
        }
    }

    // A command that was cut before its commit leaves them.
    private static bool IsLeftover(string file) => file.EndsWith(Staged, StringComparison.Ordinal) || file.EndsWith(".tmp", StringComparison.Ordinal);

    private string PathOf(KeyRole role) => System.IO.Path.Combine(_directory, role.PublicFile);
}

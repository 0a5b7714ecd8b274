using System.Net;
using System.Runtime.Versioning;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Keys;

/// <summary>
/// Makes all keys and certificates of one environment. Every check comes before the first write; everything is written beside its
/// place and then renamed, the private directory first, the public one last: an environment with an environment.json is whole.
/// </summary>
[UnsupportedOSPlatform("windows")]
public sealed class Ceremony(EnvironmentName environment, DateTimeOffset now, bool insecure)
{
    private const UnixFileMode PrivateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    // Truncated to the second: certificates have no finer time, and the manifest must say the same.
    private readonly DateTimeOffset _created = DateTimeOffset.FromUnixTimeSeconds(now.ToUnixTimeSeconds());

    /// <summary>Runs the ceremony; the environment's manifest.</summary>
    /// <param name="publicDirectory">The environment's directory is made below this one.</param>
    /// <param name="privateDirectory">Becomes the directory of the private keys, mode 0700; absent or empty before.</param>
    /// <param name="brokerHost">DNS name in the broker certificate.</param>
    /// <param name="brokerAddress">IP address in the broker certificate.</param>
    public EnvironmentManifest Run(string publicDirectory, string privateDirectory, string brokerHost, IPAddress brokerAddress)
    {
        string publicTarget = RealPath.Of(Path.Combine(publicDirectory, environment.Value));
        string privateTarget = RealPath.Of(privateDirectory);
        RequireFree(publicTarget, privateTarget);

        using EnvironmentKeys keys = new();
        IReadOnlyDictionary<KeyRole, PublicFile> files = MakePublicFiles(keys, brokerHost, brokerAddress);
        EnvironmentManifest manifest = new(
            environment.Value,
            _created.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'"),
            insecure,
            KeyRole.All.ToDictionary(role => role.PublicFile, role => files[role].Fingerprint));

        using StagedDirectory privateStage = new(privateTarget, PrivateMode);
        using StagedDirectory publicStage = new(publicTarget, mode: null);
        foreach (KeyRole role in KeyRole.All)
        {
            PrivateKeyFile.Create(privateStage.PathOf(role.PrivateFile), keys[role]);
            publicStage.WriteText(role.PublicFile, files[role].ToPem());
        }

        publicStage.WriteText(EnvironmentManifest.FileName, manifest.ToJson());
        StagedDirectory.CommitInOrder(privateStage, publicStage);
        return manifest;
    }

    private static void RequireFree(string publicTarget, string privateTarget)
    {
        if (RealPath.GitWorkTreeAbove(privateTarget) is string repository)
        {
            throw ToolFailure.Refused("private-in-repository", $"the private directory lies in the git work tree {repository}; keep private keys out of it");
        }

        if (RealPath.IsWithin(privateTarget, publicTarget) || RealPath.IsWithin(publicTarget, privateTarget))
        {
            throw ToolFailure.Refused("private-in-public", "the private directory and the public one must not contain each other");
        }

        foreach (string target in (string[])[privateTarget, publicTarget])
        {
            bool taken = File.Exists(target) || (Directory.Exists(target) && Directory.EnumerateFileSystemEntries(target).Any());
            if (taken)
            {
                throw ToolFailure.Refused("exists", $"{target} is not empty; a ceremony never overwrites");
            }
        }
    }

    private IReadOnlyDictionary<KeyRole, PublicFile> MakePublicFiles(EnvironmentKeys keys, string brokerHost, IPAddress brokerAddress)
    {
        EnvironmentCertificates certificates = new(environment, _created);
        using X509Certificate2 factoryRoot = certificates.FactoryRoot(keys[KeyRole.FactoryRoot]);
        using X509Certificate2 issuing = certificates.FactoryIssuing(keys[KeyRole.FactoryIssuing], factoryRoot, keys[KeyRole.FactoryRoot]);
        using X509Certificate2 fleetRoot = certificates.FleetRoot(keys[KeyRole.FleetRoot]);
        using X509Certificate2 broker = certificates.Broker(keys[KeyRole.Broker], fleetRoot, keys[KeyRole.FleetRoot], brokerHost, brokerAddress);
        using X509Certificate2 nextRoot = certificates.FleetRoot(keys[KeyRole.FleetRootNext]);
        using X509Certificate2 nextBroker = certificates.Broker(keys[KeyRole.BrokerNext], nextRoot, keys[KeyRole.FleetRootNext], brokerHost, brokerAddress);
        return new Dictionary<KeyRole, PublicFile>
        {
            [KeyRole.FactoryRoot] = Of(factoryRoot),
            [KeyRole.FactoryIssuing] = Of(issuing),
            [KeyRole.FleetRoot] = Of(fleetRoot),
            [KeyRole.Broker] = Of(broker),
            [KeyRole.FleetRootNext] = Of(nextRoot),
            [KeyRole.BrokerNext] = Of(nextBroker),
            [KeyRole.OtaCurrent] = Of(keys[KeyRole.OtaCurrent]),
            [KeyRole.OtaNext] = Of(keys[KeyRole.OtaNext]),
            [KeyRole.CommandCurrent] = Of(keys[KeyRole.CommandCurrent]),
            [KeyRole.CommandNext] = Of(keys[KeyRole.CommandNext]),
            [KeyRole.Time] = Of(keys[KeyRole.Time]),
        };
    }

    private static PublicFile Of(X509Certificate2 certificate) => new(PublicFile.CertificateLabel, certificate.RawData);

    private static PublicFile Of(ECDsa key) => new(PublicFile.PublicKeyLabel, key.ExportSubjectPublicKeyInfo());
}

using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using DeviceFirmware.Tools;
using DeviceFirmware.Trust;

namespace DeviceFirmware.Keys;

/// <summary>A trust set in a file, and in a person's words. What every board would refuse is neither written nor signed.</summary>
internal static class TrustSetFile
{
    /// <summary>The set in a file, or the tool ends.</summary>
    internal static TrustSet Read(string path)
    {
        TrustSet set = TrustSet.Decode(WholeFile.Read(path, TrustSet.MaximumSize)) ?? throw ToolFailure.BadInput($"{path} is no trust set");
        Check(set);
        return set;
    }

    /// <summary>Ends the tool unless a board could live with the set from now on.</summary>
    internal static void Check(TrustSet set)
    {
        TrustSetVerdict verdict = set.Judge(DateTimeOffset.UtcNow.ToUnixTimeSeconds());
        if (verdict != TrustSetVerdict.Staged)
        {
            throw ToolFailure.Refused(TrustSets.Token(verdict), TrustSets.Reason(verdict));
        }
    }

    /// <summary>Ends the tool unless boards with the set would take that broker for theirs: they would try in vain, and go back.</summary>
    internal static void CheckBroker(TrustSet set, PublicFile certificate)
    {
        if (!certificate.IsSignedBy(new PublicFile(PublicFile.CertificateLabel, set.Root)))
        {
            throw ToolFailure.Refused("wrong-broker", "the broker's certificate is not under the set's root");
        }

        using X509Certificate2 broker = X509CertificateLoader.LoadCertificate(certificate.Der);
        if (!broker.MatchesHostname(set.Host, allowWildcards: false, allowCommonName: false))
        {
            throw ToolFailure.Refused("wrong-host", $"the broker's certificate is not for {set.Host}");
        }
    }

    internal static IEnumerable<string> Lines(TrustSet set)
    {
        yield return $"trust set  number {set.Sequence}";
        yield return $"root       {Certificate(set.Root)}";
        yield return $"operating  {(set.OperationalCa.Length == 0 ? "no operational CA" : Certificate(set.OperationalCa))}";
        yield return $"broker     {set.Host} port {set.Port}";
        yield return $"time key   {Fingerprint(set.TimePublicKey?.EncodeSubjectPublicKeyInfo() ?? set.TimeKey)}";
    }

    private static string Certificate(byte[] der)
    {
        using X509Certificate2 certificate = X509CertificateLoader.LoadCertificate(der);
        string end = certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return $"{Fingerprint(der)} {ToolFailure.OneLine(certificate.Subject)}, to {end}";
    }

    private static string Fingerprint(byte[] der) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(der));
}

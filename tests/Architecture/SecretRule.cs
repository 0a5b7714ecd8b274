using System.Text.RegularExpressions;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>
/// No private key is in the tree, no package registry, and no path of somebody's machine. The patterns are written so that they do not find
/// themselves.
/// </summary>
[TestClass]
public sealed partial class SecretRule
{
    /// <summary>PEM labels of private keys, files named as the ceremony names private keys, and PKCS#8 or SEC 1 P-256 keys in base64 or hexadecimal.</summary>
    [TestMethod]
    public void NoPrivateKey() => Expect.Nothing(Keys(Repository.Tree));

    /// <summary>Packages come from where the machine is set to take them.</summary>
    [TestMethod]
    public void NoPackageRegistry() => Expect.Nothing(Registries(Repository.Tree));

    /// <summary>A clone works anywhere.</summary>
    [TestMethod]
    public void NoMachinePath() => Expect.Nothing(MachinePaths(Repository.Tree));

    /// <summary>Planted: each kind of key.</summary>
    [TestMethod]
    public void AKeyIsSeen()
    {
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        Tree tree = Tree.Of(
            ("bootloader-keys/a.pem", "-----BEGIN " + "EC PRIVATE KEY-----\n"),
            ("bootloader-keys/b.pem", key.ExportPkcs8PrivateKeyPem().Replace("PRIVATE KEY", "SOMETHING", StringComparison.Ordinal)),
            ("tests/C.cs", "\"" + Convert.ToBase64String(key.ExportECPrivateKey()) + "\""),
            ("tests/D.cs", "\"" + Convert.ToHexString(key.ExportPkcs8PrivateKey()) + "\""),
            ("tests/E.cs", "\"" + Convert.ToHexStringLower(key.ExportECPrivateKey()) + "\""),
            ("tools/factory.key.pem", "x"),
            ("bootloader-keys/good.pem", key.ExportSubjectPublicKeyInfoPem()),
            ("tools/Good.cs", "string label = \"PRIVATE KEY\";"));
        Expect.Caught(Keys(tree), "a.pem:1", "b.pem:2", "C.cs:1", "D.cs:1", "E.cs:1", "factory.key.pem: the name");
    }

    /// <summary>Planted: hosts and feeds.</summary>
    [TestMethod]
    public void ARegistryIsSeen()
    {
        Tree tree = Tree.Of(("nuget.config", "<add key=\"x\" value=\"https://api.nu" + "get.org/x\" />\n"), (".ci/run", "curl https://packages.example/v3/" + "index.json\n"));
        Expect.Caught(Registries(tree), "nuget.config:1", ".ci/run:1");
    }

    /// <summary>Planted: home folders of three systems; <c>$HOME</c> and a path of the repository are fine.</summary>
    [TestMethod]
    public void AMachinePathIsSeen()
    {
        Tree tree = Tree.Of(
            ("a.md", "in /ro" + "ot/work\n"),
            ("b.props", "<X>/ho" + "me/me/x</X>\n"),
            ("c.cs", "\"C:\\Us" + "ers\\me\"\n"),
            ("d.md", "factory-/root/current.pem, factory-root/current.pem, $HOME/x\n".Replace("-/root", "-root", StringComparison.Ordinal)));
        Expect.Caught(MachinePaths(tree), "a.md:1", "b.props:1", "c.cs:1");
    }

    private static IEnumerable<string> Keys(Tree tree)
    {
        return Text.Find(tree, tree.Paths, PrivateKey())
            .Concat(tree.Paths.Where(path => path.EndsWith(".key.pem", StringComparison.Ordinal) || path.EndsWith(".pfx", StringComparison.Ordinal) || path.EndsWith(".p12", StringComparison.Ordinal))
                .Select(path => $"{path}: the name of a private key"));
    }

    private static IEnumerable<string> Registries(Tree tree) => Text.Find(tree, tree.Paths, Registry());

    private static IEnumerable<string> MachinePaths(Tree tree) => Text.Find(tree, tree.Paths, MachinePath());

    // After the label: the first bytes of a P-256 key in PKCS#8 and in SEC 1, as base64 and as hexadecimal. Not the key of RFC 6979 A.2.5, which is
    // everybody's.
    [GeneratedRegex(@"BEGIN [A-Z0-9 ]*PRIVATE KEY-{5}|M[I]GHAgEAMBMGByqGSM49|M[H]cCAQEEI|(?i:3[0]8187020100301306072a8648ce3d)|(?i:3[0]770201010420(?!c9afa9d845ba75166b5c)[0-9a-f]{32})")]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"nu[g]et\.org|myg[e]t\.org|pkgs\.dev\.az[u]re\.com|pyp[i]\.org|npmj[s]\.|jfr[o]g\.io|artifact[o]ry|/v3/index[.]json", RegexOptions.IgnoreCase)]
    private static partial Regex Registry();

    [GeneratedRegex(@"(?<![\w$}.-])/(root|ho[m]e|Users)/|[A-Z]:\\Us[e]rs\\")]
    private static partial Regex MachinePath();
}

using System.Text.RegularExpressions;
using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>What may be used in one place only: trust anchors, loading of code, the platform's TLS client.</summary>
[TestClass]
public sealed class OnePlaceRule
{
    private static readonly Place[] _places =
    [
        new("DeviceFirmware.Trust.TrustAnchors", ".ctor", "DeviceFirmware.Loader.Program"),
        new("DeviceFirmware.Anchors.EnvironmentAnchors", "*", "DeviceFirmware.Loader.Program", "DeviceFirmware.Loader.EmbeddedKeyTable"),
        new("System.Reflection.Assembly", "Load", "DeviceFirmware.Esp32.Esp32ApplicationLoader"),
        new("System.Reflection.ConstructorInfo", "Invoke", "DeviceFirmware.Esp32.Esp32ApplicationLoader"),
        new("System.Reflection.MethodBase", "Invoke", "DeviceFirmware.Esp32.Esp32ApplicationLoader"),
        new("DeviceFirmware.Esp32.Esp32ApplicationLoader", "Load", "DeviceFirmware.Loader.ApplicationRunner"),
        new("nanoFramework.M2Mqtt.MqttClient", ".ctor", "DeviceFirmware.Esp32.Esp32BrokerLink"),
        new("System.Security.Cryptography.X509Certificates.X509Certificate", ".ctor", "DeviceFirmware.Esp32.Esp32BrokerLink"),
        new("System.Security.Cryptography.X509Certificates.X509Certificate2", ".ctor", "DeviceFirmware.Esp32.Esp32BrokerLink"),
        new("System.Net.Security.CertificateManager", "*"),
        new("System.Net.Security.SslStream", "*"),
    ];

    /// <summary>In the firmware as it is built for the board.</summary>
    [TestMethod]
    public void EachIsUsedInItsPlace()
    {
        TypeDefinition[] types = [.. Il.Firmware().SelectMany(Il.Types)];
        Expect.Nothing(Violations(types, _places));
        foreach (string used in (string[])["DeviceFirmware.Trust.TrustAnchors", "DeviceFirmware.Anchors.EnvironmentAnchors", "System.Reflection.Assembly", "nanoFramework.M2Mqtt.MqttClient"])
        {
            Assert.IsTrue(Il.Operands(types).Any(use => use.Used.DeclaringType?.FullName == used), used + " is used nowhere: the rule judges nothing");
        }
    }

    /// <summary>Outside Core.Crypto a generator comes of tested noise only, and only in one class.</summary>
    [TestMethod]
    public void NoSeedGoesAroundTheHealthTests()
    {
        TypeDefinition[] types = [.. Il.Firmware().Where(module => module.Assembly.Name.Name != "DeviceFirmware.Core.Crypto").SelectMany(Il.Types)];
        Expect.Nothing(Violations(types, [new("DeviceFirmware.Crypto.HmacDrbg", ".ctor"), new("DeviceFirmware.Crypto.HmacDrbg", "FromNoise", "DeviceFirmware.Storage.TestedNoise")]));
        Assert.IsTrue(Il.Operands(types).Any(use => use.Used is { Name: "FromNoise", DeclaringType.Name: "HmacDrbg" }), "FromNoise is used nowhere: the rule judges nothing");
    }

    /// <summary>The board's private key is one class's; everything else has its port. Nobody but the door to the broker asks for its bytes.</summary>
    [TestMethod]
    public void ThePrivateKeyStaysBehindItsPort()
    {
        TypeDefinition[] types = [.. Il.Firmware().Where(module => module.Assembly.Name.Name != "DeviceFirmware.Core.Crypto").SelectMany(Il.Types)];
        Expect.Nothing(Violations(types,
        [
            new("DeviceFirmware.Crypto.P256PrivateKey", "*", "DeviceFirmware.Identity.DeviceKey", "DeviceFirmware.Identity.OperationalKey", "DeviceFirmware.Identity.StoredKey"),
            new("DeviceFirmware.Identity.StoredKey", ".ctor", "DeviceFirmware.Identity.DeviceKey", "DeviceFirmware.Identity.OperationalKey"),
            new("DeviceFirmware.Identity.StoredKey", "ExportScalar", "DeviceFirmware.Trust.OperationalIdentities"),
            new("DeviceFirmware.Ports.IIdentityKey", "ExportTlsKey", "DeviceFirmware.Trust.TlsParameters"),
            new("DeviceFirmware.Identity.StoredKey", "ExportTlsKey"),
            new("DeviceFirmware.Crypto.Ecdsa", "Sign", "DeviceFirmware.Identity.StoredKey"),
        ]));
        Assert.IsTrue(Il.Operands(types).Any(use => use.Used is { Name: "ExportTlsKey" }), "ExportTlsKey is used nowhere: the rule judges nothing");
    }

    /// <summary>No tool makes anchors for a board; the virtual board takes the loader's.</summary>
    [TestMethod]
    public void NoToolMakesAnchors()
    {
        Expect.Nothing(Violations(Il.Tools().SelectMany(Il.Types), [.. _places.Where(place => place.Type.Contains("Anchors", StringComparison.Ordinal))]));
    }

    /// <summary>In the sources, too: the environment's name is a constant and leaves no trace where it is used.</summary>
    [TestMethod]
    public void OnlyTheLoaderNamesTheAnchors() => Expect.Nothing(AnchorNames(Repository.Tree));

    /// <summary>Planted: an adapter that names them.</summary>
    [TestMethod]
    public void AnotherNameIsSeen()
    {
        const string Source = "string name = EnvironmentAnchors.Environment;\n";
        Expect.Caught(AnchorNames(Tree.Of(("firmware/Loader/Program.cs", Source), ("firmware/Anchors/G.cs", Source), ("firmware/Esp32/A.cs", Source), ("tools/X/B.cs", Source))), "Esp32/A.cs:1", "X/B.cs:1");
    }

    /// <summary>Planted: a second user of a constructor, of a static class, and of something that nobody may use.</summary>
    [TestMethod]
    public void AnotherPlaceIsSeen()
    {
        Place[] places =
        [
            new("Planted.Places.Anchors", ".ctor", "Planted.Places.Owner"),
            new("Planted.Places.Keys", "*", "Planted.Places.Owner"),
            new("Planted.Places.Forbidden", "*"),
        ];
        Expect.Caught(
            Violations(Il.Planted("Places"), places),
            "Thief::Make(): Planted.Places.Anchors::.ctor",
            "Thief::Read(): Planted.Places.Keys::get_Root",
            "Owner::Stray(): Planted.Places.Forbidden::Touch");
    }

    private static IEnumerable<string> AnchorNames(Tree tree)
    {
        return Text.Find(
            tree,
            tree.Under(["firmware", "tools"], ".cs").Where(path => path is not ("firmware/Loader/Program.cs" or "firmware/Loader/EmbeddedKeyTable.cs") && !path.StartsWith("firmware/Anchors/", StringComparison.Ordinal)),
            new Regex("EnvironmentAnchors|DeviceFirmware[.]Anchors"));
    }

    private static IEnumerable<string> Violations(IEnumerable<TypeDefinition> types, Place[] places)
    {
        return from use in Il.Operands(types)
               from place in places
               where use.Used.DeclaringType?.FullName == place.Type && (place.Member == "*" || use.Used.Name == place.Member)
               let home = Il.Home(use.Method)
               where !place.Homes.Contains(home) && home != place.Type
               select $"{use.Method.FullName}: {place.Type}::{use.Used.Name}, for {(place.Homes.Length == 0 ? "nobody" : string.Join(", ", place.Homes))} only";
    }

    private sealed record Place(string Type, string Member, params string[] Homes);
}

using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>
/// What follows a decision takes the decision's value and nothing weaker: an image is staged, installed and run as a verified image; a broker is
/// reached with TLS parameters.
/// </summary>
[TestClass]
public sealed class SeamRule
{
    private const string Image = "DeviceFirmware.Image.VerifiedImage";
    private const string Tls = "DeviceFirmware.Trust.TlsParameters";

    private static readonly Seam[] _seams =
    [
        new("DeviceFirmware.Slots.SlotTable", "Stage", [Image]),
        new("DeviceFirmware.Slots.SlotTable", "Install", [Image]),
        new("DeviceFirmware.Slots.Slot", "Hold", ["DeviceFirmware.Slots.SlotState", Image]),
        new("DeviceFirmware.Lifecycle.IApplicationRunner", "Start", [Image, "System.String", "System.Int32", "DeviceFirmware.Connect.SettingsDocument"]),
        new("DeviceFirmware.Connect.IBrokerLink", "Connect", [Tls, "System.String", "System.String", "System.String", "System.Int32"]),
    ];

    /// <summary>The signatures, in Core; and no method of the same name beside them.</summary>
    [TestMethod]
    public void TheSeamsTakeTheDoorsValues() => Expect.Nothing(Violations(Il.Core(), _seams));

    /// <summary>No other way for a CA, a certificate or a key into the link: only a message's payload is bytes.</summary>
    [TestMethod]
    public void OnlyTlsParametersCarryACa()
    {
        Expect.Nothing(ByteParameters(Il.Core().Single(type => type.FullName == "DeviceFirmware.Connect.IBrokerLink")));
    }

    /// <summary>Planted: a weaker parameter, an overload, a method that is missing, a CA as bytes.</summary>
    [TestMethod]
    public void AWeakerSeamIsSeen()
    {
        TypeDefinition[] types = Il.Planted("Seams");
        Expect.Caught(
            Violations(types, [new("Planted.Seams.Table", "Stage", ["Planted.Seams.Verified"]), new("Planted.Seams.Table", "Install", ["Planted.Seams.Verified"]), new("Planted.Seams.Table", "Start", [])]),
            "Table::Stage(System.Byte[])",
            "Table::Install(Planted.Seams.Verified,System.Boolean)",
            "Table::Start: there is no such method");
        Expect.Caught(ByteParameters(types.Single(type => type.Name == "ILink")), "Connect(System.Byte[]): ca");
    }

    private static IEnumerable<string> Violations(TypeDefinition[] types, Seam[] seams)
    {
        foreach (Seam seam in seams)
        {
            MethodDefinition[] methods = [.. types.Where(type => type.FullName == seam.Type).SelectMany(type => type.Methods).Where(method => method.Name == seam.Method)];
            if (methods.Length == 0)
            {
                yield return $"{seam.Type}::{seam.Method}: there is no such method";
            }

            foreach (MethodDefinition method in methods.Where(method => !method.Parameters.Select(p => p.ParameterType.FullName).SequenceEqual(seam.Parameters)))
            {
                yield return $"{method.FullName}: takes something else than {string.Join(", ", seam.Parameters)}";
            }
        }
    }

    private static IEnumerable<string> ByteParameters(TypeDefinition link)
    {
        string[] harmless = [Tls, "System.String", "System.Int32", "System.Boolean"];
        return from method in link.Methods
               from parameter in method.Parameters
               where !harmless.Contains(parameter.ParameterType.FullName) && !(method.Name == "Publish" && parameter.Name == "payload")
               select $"{method.FullName}: {parameter.Name} could carry a CA";
    }

    private sealed record Seam(string Type, string Method, string[] Parameters);
}

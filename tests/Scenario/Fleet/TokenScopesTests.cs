using System.Text;
using DeviceFirmware.Fleet;
using DeviceFirmware.Tools;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The file of scopes, and what a device may ask for by it.</summary>
[TestClass]
public sealed class TokenScopesTests
{
    [TestMethod]
    public void AScopeIsItsTenantsAndProductsOwn()
    {
        TokenScopes scopes = TokenScopes.Parse("""{"cloud": ["read:${tenant}.${product}", "write:${deviceId}", "ping"]}"""u8.ToArray(), "tokens.json");
        Assert.IsTrue(ManufacturingRecord.TryParse(
            Records.Manifest(new Dictionary<string, string>(Records.Record("a")) { ["profile"] = "meter" }), out IReadOnlyList<Device>? made, out string? problem), problem);
        Device device = made[0] with { Tenant = "north" };
        string? Refused(Device who, string scope, string audience = "cloud") => scopes.Judge(who, audience, scope)?.Token;
        Assert.IsNull(Refused(device, "read:north.meter write:a ping"));
        Assert.AreEqual("scope-refused", Refused(device, "read:south.meter"), "another tenant's");
        Assert.AreEqual("scope-refused", Refused(device, "read:north.valve"), "another product's");
        Assert.AreEqual("scope-refused", Refused(device, "write:b"), "another device's");
        Assert.AreEqual("scope-refused", Refused(device, "read:${tenant}.${product}"));
        Assert.AreEqual("scope-refused", Refused(device with { Profile = "" }, "read:north."), "of no product");
        Assert.AreEqual("scope-refused", Refused(device with { Tenant = "" }, "read:.meter"), "nobody's");
        Assert.IsNull(Refused(device with { Profile = "", Tenant = "" }, "ping"));
        Assert.AreEqual("audience-refused", Refused(device, "ping", "fleet"));
    }

    [TestMethod]
    public void AFileOfScopesThatIsNoneStopsTheServer()
    {
        string[] files =
        [
            "[]",
            "{\"fleet\": []}",
            "{\"fleet\": [\"a b\"]}",
            "{\"fleet\": [\"a\", \"a\"]}",
            "{\"Fleet\": [\"a\"]}",
            "{\"fleet\": [\"a\"], \"fleet\": [\"b\"]}",
            "{\"fleet\": [\"${tenant}-${product}\"]}",
            "{\"fleet\": [\"read:${owner}\"]}",
            "{",
        ];
        foreach (string text in files)
        {
            Assert.AreEqual(2, Assert.ThrowsExactly<ToolFailure>(() => TokenScopes.Parse(Encoding.UTF8.GetBytes(text), "tokens.json"), text).ExitCode);
        }
    }
}

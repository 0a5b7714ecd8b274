using System.Text;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The door "who calls the API?", without a server.</summary>
[TestClass]
public sealed class ApiKeyTests
{
    [TestMethod]
    public void AKeyHoldsUntilItIsRevokedAndNothingElseHolds()
    {
        using TemporaryDirectory directory = new();
        using DatabaseSource source = DatabaseSource.Sqlite(directory.Path);
        source.Prepare();
        ApiKeys keys = new(source, TimeProvider.System);
        NewApiKey made = keys.Create("a", ApiRoles.Auditor, null).Value!;
        string key = Encoding.ASCII.GetString(made.Text);
        string other = Encoding.ASCII.GetString(keys.Create("b", ApiRoles.Any, null).Value!.Text);
        Assert.AreEqual((made.Key.Id, ApiRoles.Auditor), (keys.Authenticate("Bearer " + key)!.Id, keys.Authenticate("Bearer " + key)!.Roles));
        Assert.AreEqual(made.Key.Id, ApiKeys.IdOf("Bearer " + key));
        string[] wrong =
        [
            "", "Bearer ", "Bearer x", key, "Tearer " + key, "bearer " + key, "Bearer  " + key, "Bearer " + key + "0", "Bearer " + key[..^1],
            "Bearer " + key[..^1] + (key[^1] == '0' ? '1' : '0'), "Bearer " + key.ToUpperInvariant(), "Bearer " + key[..17] + other[17..], "Bearer " + other[..17] + key[17..],
            "Bearer dfk-" + new string('0', 12) + key[16..], "Bearer " + key.Replace('-', '_'),
        ];
        foreach (string text in wrong)
        {
            Assert.IsNull(keys.Authenticate(text), text);
        }

        Assert.IsNull(keys.Authenticate(null));
        Assert.IsNull(keys.Revoke(made.Key.Id).Refusal);
        Assert.IsNull(keys.Authenticate("Bearer " + key));
        Assert.IsNotNull(keys.Authenticate("Bearer " + other));
        Assert.AreEqual("unknown-key", keys.Revoke("000000000000").Refusal!.Token);
    }

    [TestMethod]
    public void ATenantsKeyIsOperatorOrAuditor()
    {
        using TemporaryDirectory directory = new();
        using DatabaseSource source = DatabaseSource.Sqlite(directory.Path);
        source.Prepare();
        ApiKeys keys = new(source, TimeProvider.System);
        Assert.AreEqual("bad-key", keys.Create("a", ApiRoles.Factory, "north").Refusal!.Token);
        Assert.AreEqual("bad-key", keys.Create("a", ApiRoles.Operator | ApiRoles.Release, "north").Refusal!.Token);
        Assert.AreEqual("bad-key", keys.Create("a", ApiRoles.Operator, "North").Refusal!.Token);
        Assert.AreEqual("bad-key", keys.Create("a", ApiRoles.None, null).Refusal!.Token);
        Assert.AreEqual("bad-name", keys.Create("", ApiRoles.Operator, null).Refusal!.Token);
    }
}

using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>What a key may, without a server: its roles, its tenant, on whose account.</summary>
[TestClass]
public sealed class ApiCallerTests
{
    [TestMethod]
    public void AResourceTakesItsRolesAndNoOther()
    {
        Assert.AreEqual("no-api-key", ApiCaller.Admit(null, ApiRoles.Any)?.Token);
        Assert.AreEqual("role-refused", ApiCaller.Admit(Key(ApiRoles.Auditor), ApiRoles.Operator | ApiRoles.Factory)?.Token);
        Assert.IsNull(ApiCaller.Admit(Key(ApiRoles.Auditor | ApiRoles.Factory), ApiRoles.Operator | ApiRoles.Factory));
    }

    [TestMethod]
    public void ATenantsKeySeesItsOwnDevicesAndNothingOfAll()
    {
        ApiCaller north = new(Key(ApiRoles.Operator, "north"), "-");
        ApiCaller all = new(Key(ApiRoles.Operator), "-");
        Assert.IsTrue(north.Sees(Of("north")));
        Assert.IsFalse(north.Sees(Of("south")));
        Assert.IsFalse(north.Sees(Of("")));
        Assert.IsTrue(all.Sees(Of("north")));
        Assert.AreEqual("tenant-refused", north.NeedsWholeFleet()?.Token);
        Assert.IsNull(all.NeedsWholeFleet());
    }

    [TestMethod]
    public void AFilterIsNarrowedToTheTenant()
    {
        ApiCaller north = new(Key(ApiRoles.Operator, "north"), "-");
        Assert.IsTrue(ApiFilter.TryRead("active", null, null, null, null, north, out DeviceFilter? filter, out _));
        Assert.AreEqual((DeviceState.Active, "north"), (filter.State, filter.Tenant));
        Assert.IsFalse(ApiFilter.TryRead(null, null, "south", null, null, north, out _, out Refusal? refusal));
        Assert.AreEqual("tenant-refused", refusal.Token);
        Assert.IsFalse(ApiFilter.TryRead("asleep", null, null, null, null, north, out _, out refusal));
        Assert.AreEqual("unknown-state", refusal.Token);
    }

    [TestMethod]
    public void NobodySpeaksForAnAccountOfAnotherRole()
    {
        ApiCaller factory = new(Key(ApiRoles.Factory), "-");
        ApiCaller person = new(Key(ApiRoles.Operator), "-");
        Assert.AreEqual("role-refused", factory.MaySpeakFor(Actor.Operator)?.Token);
        Assert.AreEqual("role-refused", person.MaySpeakFor(Actor.Factory)?.Token);
        Assert.IsNull(factory.MaySpeakFor(Actor.Factory));
        Assert.IsNull(person.MaySpeakFor(Actor.Owner));
    }

    private static ApiKey Key(ApiRoles roles, string? tenant = null)
    {
        return new ApiKey { Id = "000000000000", Name = "a test", Roles = roles, Tenant = tenant, Hash = "", CreatedAt = DateTime.UnixEpoch };
    }

    private static Device Of(string tenant)
    {
        return new Device
        {
            Id = "board-a",
            HardwareId = "h",
            PublicKeyHash = "k",
            CertificateSha256 = "c",
            Batch = "b",
            Line = "l",
            Station = "s",
            Operator = "o",
            FirmwareVersion = "1",
            ManufacturedAt = DateTime.UnixEpoch,
            Tenant = tenant,
        };
    }
}

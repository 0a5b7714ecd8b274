using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary><c>fleet policy</c>, as people call it, and the store of the editions.</summary>
[TestClass]
public sealed class PolicyCommandTests
{
    [TestMethod]
    [DataRow("bootstrap")]
    [DataRow("operational")]
    [DataRow("quarantined")]
    public async Task WhatIsShippedIsCheckedTestedAndProved(string name)
    {
        string file = Path.Combine(AppContext.BaseDirectory, "policies", name + ".json");
        await AssertRunsAsync(0, "ok version=", "check", file);
        await AssertRunsAsync(0, "expectations", "test", file);
        await AssertRunsAsync(0, "proved for every device id", "prove", file);
    }

    [TestMethod]
    public async Task AnExpectationThatIsNotMetAndAHoleAreRefused()
    {
        using TemporaryDirectory directory = new();
        string file = Path.Combine(directory.Path, "p.json");
        await File.WriteAllTextAsync(file, PolicyTests.Operational.Replace("\"topic:devices/${deviceId}/telemetry\"", "\"topic:devices/${deviceId}*\""));
        await AssertRunsAsync(1, "device dev-1, client id dev-1, may publish to devices/dev-10", "prove", file);
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "p.tests.json"), """[{"device":"board-a","action":"publish","resource":"devices/board-ab/x","answer":"default-deny"}]""");
        await AssertRunsAsync(1, "topic:devices/board-ab/x: allowed by statement 2", "test", file);
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "p.tests.json"), """[{"device":"board-a","action":"receive","resource":"x","answer":"allowed"}]""");
        await AssertRunsAsync(2, "expectation[0]", "test", file);
        await AssertRunsAsync(0, "explicit-deny by statement 4", "explain", file, "--device", "board-a", "--action", "publish", "--resource", "devices/board-a/commands/x");
        await AssertRunsAsync(2, "--action must be connect", "explain", file, "--device", "board-a", "--action", "receive", "--resource", "x");
        await File.WriteAllTextAsync(file, "{}");
        await AssertRunsAsync(2, "member 'version' is missing", "check", file);
    }

    /// <summary>Tenant and product, wherever the device is said.</summary>
    [TestMethod]
    public async Task TheOwnerIsSaidBesideTheDevice()
    {
        using TemporaryDirectory directory = new();
        string file = Path.Combine(directory.Path, "p.json");
        await File.WriteAllTextAsync(file, TenantTopicTests.Document);
        await AssertRunsAsync(0, "proved for every device id, tenant and product", "prove", file);
        string[] ask = ["explain", file, "--device", "board-a", "--action", "publish", "--resource", "tenants/north/events/board-a"];
        await AssertRunsAsync(0, "allowed by statement 5", [.. ask, "--tenant", "north"]);
        await AssertRunsAsync(0, "default-deny", ask);
        await AssertRunsAsync(2, "--tenant and --product must be", [.. ask, "--tenant", "North"]);
        string tests = Path.Combine(directory.Path, "p.tests.json");
        await File.WriteAllTextAsync(tests, """
            [{"device":"board-a","tenant":"north","product":"meter","action":"subscribe","resource":"tenants/north/products/meter/#","answer":"allowed","statement":6},
             {"device":"board-a","tenant":"north","action":"subscribe","resource":"tenants/north/products/meter/#","answer":"default-deny"}]
            """);
        await AssertRunsAsync(0, "ok 2 expectations", "test", file);
        await File.WriteAllTextAsync(tests, """[{"device":"board-a","tenant":"south","action":"publish","resource":"tenants/north/events/board-a","answer":"allowed"}]""");
        await AssertRunsAsync(1, "device board-a of tenant south, topic:tenants/north/events/board-a: default-deny", "test", file);
        await File.WriteAllTextAsync(tests, """[{"device":"board-a","tenant":"","action":"publish","resource":"x","answer":"allowed"}]""");
        await AssertRunsAsync(2, "'tenant' and 'product' must be", "test", file);
        await File.WriteAllTextAsync(file, TenantTopicTests.Document.Replace("tenants/${tenant}/events/+", "tenants/+/events/+"));
        await AssertRunsAsync(1, "of tenant north may subscribe to tenants/+/events/ and hear tenant", "prove", file);
        await File.WriteAllTextAsync(file, TenantTopicTests.Document.Replace("tenants/${tenant}/events/+", "${tenant}/events/+"));
        await AssertRunsAsync(2, "begins with tenants/${tenant}/", "check", file);
    }

    [TestMethod]
    public async Task EditionsAreKeptAndAnUnprovedOneIsNotTaken()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await host.RestartAsync();
        string later = PolicyTests.Operational.Replace("2026-01-09", "2026-11-23");
        await File.WriteAllTextAsync(host.PathOf("policies/operational.json"), later);
        await host.RestartAsync();
        PolicyStore store = new(host.PathOf("data"), TimeProvider.System);
        PolicyLoad[] loads = [.. store.History()];
        CollectionAssert.AreEqual(new[] { "bootstrap", "operational", "quarantined", "operational" }, loads.Select(load => load.Document).ToArray());
        Assert.AreEqual("2026-11-23", loads[^1].Version);
        Assert.AreEqual(Environment.UserName, loads[^1].Actor);
        Assert.EndsWith("Z", loads[^1].At);
        Assert.AreEqual(later, System.Text.Encoding.UTF8.GetString(store.Find(loads[^1].Sha256)!));
        Assert.AreEqual(PolicyTests.Operational, System.Text.Encoding.UTF8.GetString(store.Find(loads[1].Sha256)!));

        await File.AppendAllTextAsync(host.PathOf("data/policies/loaded.jsonl"), "{\"at\":\"torn");
        Assert.HasCount(4, store.History());
        await File.WriteAllTextAsync(host.PathOf("policies/operational.json"), later.Replace("${deviceId}/telemetry", "+/telemetry"));
        Exception refused = await Assert.ThrowsAsync<Exception>(host.RestartAsync);
        Assert.Contains("policy-not-proved", refused.Message);
        await File.WriteAllTextAsync(host.PathOf("policies/operational.json"), PolicyTests.Operational);
        await host.RestartAsync();
        Assert.HasCount(5, store.History());
    }

    private static async Task AssertRunsAsync(int code, string expected, params string[] arguments)
    {
        System.Diagnostics.ProcessStartInfo start = new("dotnet", [CommandTests.Program, "policy", .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using System.Diagnostics.Process process = System.Diagnostics.Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync() + await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.AreEqual(code, process.ExitCode, output);
        Assert.Contains(expected, output);
    }
}

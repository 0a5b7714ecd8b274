using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>Who may call what: each resource with each role, each tenant, and without a key.</summary>
[TestClass]
public sealed class ApiAccessTests
{
    // What stands here was decided by hand; the server has its own list. Both must say the same of every resource.
    private static readonly Dictionary<string, ApiRoles> _table = new()
    {
        ["GET /health"] = ApiRoles.None,
        ["GET /health/ready"] = ApiRoles.None,
        ["GET /metrics"] = ApiRoles.Operator | ApiRoles.Auditor,
        ["POST /devices/import"] = ApiRoles.Factory,
        ["GET /devices"] = ApiRoles.Any,
        ["GET /devices/{id}"] = ApiRoles.Any,
        ["POST /devices/{id}/state"] = ApiRoles.Operator | ApiRoles.Factory,
        ["POST /devices/{id}/release"] = ApiRoles.Operator,
        ["POST /devices/{id}/tenant"] = ApiRoles.Operator,
        ["GET /devices/{id}/certificates"] = ApiRoles.Operator | ApiRoles.Auditor,
        ["POST /devices/{id}/certificates/end"] = ApiRoles.Operator,
        ["GET /devices/{id}/firmware"] = ApiRoles.Operator | ApiRoles.Auditor,
        ["POST /devices/{id}/owner"] = ApiRoles.Operator,
        ["GET /owners/{reference}"] = ApiRoles.Operator,
        ["POST /owners/{reference}/erase"] = ApiRoles.Operator,
        ["POST /devices/bulk"] = ApiRoles.Operator,
        ["GET /posture"] = ApiRoles.Operator | ApiRoles.Auditor,
        ["GET /denials"] = ApiRoles.Operator | ApiRoles.Auditor,
        ["GET /anomalies"] = ApiRoles.Operator | ApiRoles.Auditor,
        ["POST /devices/{id}/rollout"] = ApiRoles.Release,
        ["GET /devices/{id}/telemetry"] = ApiRoles.Operator,
        ["POST /devices/{id}/orders"] = ApiRoles.Operator,
        ["GET /devices/{id}/orders"] = ApiRoles.Any,
        ["POST /devices/{id}/settings"] = ApiRoles.Operator,
        ["GET /devices/{id}/settings"] = ApiRoles.Any,
        ["GET /trust"] = ApiRoles.Any,
        ["GET /devices/{id}/ledger"] = ApiRoles.Operator | ApiRoles.Auditor,
        ["GET /devices/{id}/ledger/entries"] = ApiRoles.Operator | ApiRoles.Auditor,
        ["POST /claims/{device}"] = ApiRoles.Operator,
        ["GET /claims/{code}"] = ApiRoles.Operator | ApiRoles.Auditor,
        ["POST /claims/{code}/cancel"] = ApiRoles.Operator,
        ["POST /devices/{id}/disown"] = ApiRoles.Operator,
        ["POST /devices/{id}/transfer"] = ApiRoles.Operator,
        ["POST /images"] = ApiRoles.Release,
        ["GET /images/{sha256}"] = ApiRoles.Any,
        ["GET /audit"] = ApiRoles.Operator | ApiRoles.Auditor,
        ["GET /audit/head"] = ApiRoles.Operator | ApiRoles.Auditor,
        ["GET /audit/entries"] = ApiRoles.Operator | ApiRoles.Auditor,
        ["GET /.well-known/jwks.json"] = ApiRoles.None,
        ["GET /device"] = ApiRoles.None,
        ["POST /device/telemetry"] = ApiRoles.None,
        ["GET /restore"] = ApiRoles.Operator | ApiRoles.Auditor,
        ["POST /restore/accept"] = ApiRoles.Operator,
        ["GET /log"] = ApiRoles.Operator | ApiRoles.Auditor,
    };

    // The handlers read nothing of a tenant's key but its own devices; these concern the whole fleet.
    private static readonly string[] _wholeFleet = ["POST /devices/{id}/tenant", "GET /audit/head", "GET /audit/entries", "GET /log", "GET /metrics", "GET /denials", "GET /anomalies", "GET /restore", "POST /restore/accept"];

    [TestMethod]
    public async Task EveryResourceWithEveryRole()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await host.AddDeviceAsync("board-a");
        foreach (ApiEndpoint endpoint in host.Server.Endpoints)
        {
            string name = $"{endpoint.Method} {endpoint.Path}";
            Assert.IsTrue(_table.TryGetValue(name, out ApiRoles expected), $"{name} is not in the table of this test");
            using HttpClient nobody = host.NewCaller(ApiRoles.None, null);
            Assert.AreEqual(expected == ApiRoles.None, await CallAsync(nobody, endpoint) != "no-api-key", $"{name} without a key");
            foreach (ApiRoles role in new[] { ApiRoles.Operator, ApiRoles.Factory, ApiRoles.Release, ApiRoles.Auditor })
            {
                using HttpClient caller = host.NewCaller(role, null);
                Assert.AreEqual(
                    expected == ApiRoles.None || (expected & role) != 0, await CallAsync(caller, endpoint, actor: role == ApiRoles.Factory ? "factory" : "operator") != "role-refused", $"{name} as {role}");
            }
        }

        string[] missing = [.. _table.Keys.Except(host.Server.Endpoints.Select(endpoint => $"{endpoint.Method} {endpoint.Path}"))];
        Assert.IsEmpty(missing, string.Join(", ", missing));
        await host.ExpectAsync("denied", ("action", "api"), ("token", "role-refused"), ("resource", "POST /devices/board-a/release"));
        await host.ExpectAsync("denied", ("action", "api"), ("token", "no-api-key"), ("resource", "GET /devices"));
    }

    [TestMethod]
    public async Task ATenantSeesAndMovesItsOwnDevicesOnly()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        await host.AddDeviceAsync("board-a");
        await host.AddDeviceAsync("board-b");
        await host.PostAsync("devices/board-a/tenant", new { tenant = "north" });
        await host.PostAsync("devices/board-b/tenant", new { tenant = "south" });
        using HttpClient north = host.NewCaller(ApiRoles.Operator, "north");
        foreach (ApiEndpoint endpoint in host.Server.Endpoints.Where(endpoint => endpoint.Path.Contains("{id}", StringComparison.Ordinal) && (endpoint.Roles & ApiRoles.Operator) != 0))
        {
            string name = $"{endpoint.Method} {endpoint.Path}";
            bool whole = _wholeFleet.Contains(name);
            Assert.AreEqual(whole ? "tenant-refused" : "unknown-device", await CallAsync(north, endpoint, "board-b"), name);
            bool leaves = endpoint.Path.EndsWith("/disown", StringComparison.Ordinal); // and the rest of this loop with it: ClaimTests has it
            Assert.AreEqual(whole, !leaves && await CallAsync(north, endpoint, "board-a") is "tenant-refused" or "unknown-device", name);
        }

        foreach (ApiEndpoint endpoint in host.Server.Endpoints.Where(endpoint => _wholeFleet.Contains($"{endpoint.Method} {endpoint.Path}")))
        {
            Assert.AreEqual("tenant-refused", await CallAsync(north, endpoint), endpoint.Path);
        }

        Assert.AreEqual(DeviceState.Claimed, host.Server.Registry.Find("board-b")!.State);
        Assert.DoesNotContain("board-b", await north.GetStringAsync("devices"));
        Assert.Contains("board-a", await north.GetStringAsync("devices"));
        Assert.DoesNotContain("board-b", await north.GetStringAsync("audit"));
        using HttpResponseMessage other = await north.GetAsync("devices?tenant=south");
        Assert.AreEqual(HttpStatusCode.Forbidden, other.StatusCode);
    }

    [TestMethod]
    [DataRow("")]
    [DataRow("Bearer")]
    [DataRow("Bearer dfk-000000000000-0000000000000000000000000000000000000000000000000000000000000000")]
    [DataRow("Basic dXNlcjpwYXNz")]
    public async Task WhatIsNoKeyOpensNothing(string authorization)
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using HttpClient http = host.NewCaller(ApiRoles.None, null);
        using HttpRequestMessage request = new(HttpMethod.Get, "devices");
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using HttpResponseMessage response = await http.SendAsync(request);
        Assert.AreEqual(HttpStatusCode.Unauthorized, response.StatusCode);
    }

    [TestMethod]
    public async Task ARevokedOrChangedKeyOpensNothing()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        NewApiKey key = host.Server.Keys.Create("leaver", ApiRoles.Auditor, null).Value!;
        using HttpClient http = host.NewCaller(ApiRoles.None, null);
        string text = Encoding.ASCII.GetString(key.Text);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", text);
        Assert.AreEqual(HttpStatusCode.OK, (await http.GetAsync("devices")).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", text[..^1] + (text[^1] == '0' ? '1' : '0'));
        Assert.AreEqual(HttpStatusCode.Unauthorized, (await http.GetAsync("devices")).StatusCode);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", text);
        Assert.IsNull(host.Server.Keys.Revoke(key.Key.Id).Refusal);
        Assert.AreEqual(HttpStatusCode.Unauthorized, (await http.GetAsync("devices")).StatusCode);
        string database = await File.ReadAllTextAsync(host.PathOf("data/fleet.db"), Encoding.Latin1) + await File.ReadAllTextAsync(host.PathOf("data/fleet.db-wal"), Encoding.Latin1);
        Assert.Contains(key.Key.Hash, database);
        Assert.DoesNotContain(text[^64..], database, "the database has the hash alone");
    }

    [TestMethod]
    public async Task TheServerRefusesUnreadTellsAndLocksNobodyOut()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using HttpClient good = host.NewCaller(ApiRoles.Auditor, null);
        using HttpClient late = host.NewCaller(ApiRoles.Auditor, null);
        using HttpClient bad = host.NewCaller(ApiRoles.None, null);
        bad.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", $"dfk-{new string('0', 12)}-{new string('0', 64)}");
        Assert.AreEqual(HttpStatusCode.OK, (await good.GetAsync("devices")).StatusCode);

        // A minute may end between: after twice the limit one of them has been full.
        HttpStatusCode last = HttpStatusCode.Unauthorized;
        for (int i = 0; i < (2 * FailedKeys.Limit) + 2 && last == HttpStatusCode.Unauthorized; i++)
        {
            last = (await bad.GetAsync("devices")).StatusCode;
        }

        Assert.AreEqual(HttpStatusCode.TooManyRequests, last);
        await host.ExpectAsync("denied", ("action", "api"), ("token", "too-many-failures"), ("key", new string('0', 12)));
        Assert.AreEqual(HttpStatusCode.OK, (await good.GetAsync("devices")).StatusCode, "the same address, a key that has held there");
        Assert.Contains("fleet:api", await good.GetStringAsync("audit"));
        string metrics = Encoding.UTF8.GetString(await good.GetByteArrayAsync("metrics"));
        Assert.Contains("fleet_api_refused_unread_total 1", metrics);
        Assert.AreEqual(HttpStatusCode.TooManyRequests, (await late.GetAsync("devices")).StatusCode, "a key that was never seen there waits the minute");
    }

    [TestMethod]
    public async Task TheDocumentNamesEveryResourceWithItsRoles()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using HttpClient http = host.NewCaller(ApiRoles.None, null);
        using JsonDocument document = JsonDocument.Parse(await http.GetStringAsync("openapi.json"));
        JsonElement paths = document.RootElement.GetProperty("paths");
        foreach (ApiEndpoint endpoint in host.Server.Endpoints)
        {
            JsonElement operation = paths.GetProperty(endpoint.Path).GetProperty(endpoint.Method.ToLowerInvariant());
            Assert.AreNotEqual("", operation.GetProperty("summary").GetString(), endpoint.Path);
            Assert.AreEqual(endpoint.Roles == ApiRoles.None, !operation.TryGetProperty("x-roles", out _), endpoint.Path);
            Assert.IsTrue(operation.GetProperty("responses").GetProperty("default").GetProperty("content").TryGetProperty("application/problem+json", out _));
        }
    }

    [TestMethod]
    public async Task PlainHttpIsNotSpoken()
    {
        await using FleetHost host = await FleetHost.StartAsync();
        using HttpClient http = new() { BaseAddress = new Uri($"http://127.0.0.1:{host.Server.ApiPort}") };
        await Assert.ThrowsAsync<HttpRequestException>(() => http.GetAsync("health"));
    }

    /// <summary>The token of the refusal; empty when it was none.</summary>
    private static async Task<string> CallAsync(HttpClient http, ApiEndpoint endpoint, string device = "board-a", string actor = "operator")
    {
        string path = endpoint.Path.Replace("{id}", device, StringComparison.Ordinal).Replace("{sha256}", new string('0', 64), StringComparison.Ordinal)
            .Replace("{device}", device, StringComparison.Ordinal).Replace("{code}", new string('0', 32), StringComparison.Ordinal)
            .Replace("{reference}", new string('0', 32), StringComparison.Ordinal);
        string body = path.EndsWith("/state", StringComparison.Ordinal) ? $$"""{"state":"manufactured","reason":"x","actor":"{{actor}}"}"""
            : path.EndsWith("/release", StringComparison.Ordinal) ? """{"reason":"x","actor":"operator"}"""
            : path.EndsWith("/owner", StringComparison.Ordinal) ? """{"name":"x","contact":"y"}"""
            : path.EndsWith("/tenant", StringComparison.Ordinal) || path.EndsWith("/transfer", StringComparison.Ordinal) ? $$"""{"tenant":"{{(device == "board-a" ? "north" : "south")}}"}"""
            : "{}";
        using HttpRequestMessage request = new(new HttpMethod(endpoint.Method), path);
        if (endpoint.Method == "POST")
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        }

        using HttpResponseMessage response = await http.SendAsync(request);
        if (response.IsSuccessStatusCode)
        {
            return "";
        }

        using JsonDocument problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync());
        return problem.RootElement.GetProperty("token").GetString()!;
    }
}

using System.Diagnostics;
using System.Text.RegularExpressions;
using DeviceFirmware.Fleet;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace DeviceFirmware.Scenario.Fleet;

/// <summary>The program as a user runs it: an own process, its lines and its exit codes.</summary>
[TestClass]
public sealed partial class CommandTests
{
    // Beside its own runtime configuration, built in the configuration of the tests: …/tests/Scenario/bin/CONFIGURATION/net10.0/.
    internal static string Program
    {
        get
        {
            DirectoryInfo framework = new(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar));
            string root = framework.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;
            return Path.Combine(root, "tools", "Fleet", "bin", framework.Parent.Name, framework.Name, "fleet.dll");
        }
    }

    [TestMethod]
    public async Task ServeAndTheCommandsOfTheApi()
    {
        using TemporaryDirectory directory = new();
        using TestPki pki = new();
        pki.WriteTo(directory.Path);
        string keyFile = Path.Combine(directory.Path, "fleet.key");
        string data = Path.Combine(directory.Path, "data");
        string[] newKey =
        [
            "key", "new", "--data", data, "--name", "desk", "--roles", "operator,factory,release,auditor",
            "--root", Path.Combine(directory.Path, "broker.pem"), "--out", keyFile,
        ];
        string made = await AssertRunsAsync(0, "roles=operator,factory,release,auditor tenant=*", newKey);
        string key = (await File.ReadAllLinesAsync(keyFile))[0];
        Assert.DoesNotContain(key[^64..], made, "the key is in its file and nowhere else");
        await AssertRunsAsync(1, "refused: exists: ", newKey);
        if (!OperatingSystem.IsWindows())
        {
            Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(keyFile));
        }

        using Process server = Start(Serve(directory.Path));
        try
        {
            Match ready = ReadyLine().Match(await server.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(120)) ?? "");
            Assert.IsTrue(ready.Success, "the first line says ready");
            string[] api = ["--api", $"https://localhost:{ready.Groups[2].Value}", "--token-file", keyFile];
            string manifest = Path.Combine(directory.Path, "manifest.json");
            await File.WriteAllBytesAsync(manifest, Records.Manifest(Records.Record("board-a")));
            string image = Path.Combine(directory.Path, "image.img");
            await File.WriteAllBytesAsync(image, Images.Make("board-x", 1, 0, 0, 100));

            await AssertRunsAsync(0, "\"imported\": 1", ["import", manifest, .. api]);
            await AssertRunsAsync(0, "\"unchanged\": 1", ["import", manifest, .. api]);
            await AssertRunsAsync(0, "\"state\": \"shipped\"", ["ship", "board-a", .. api]);
            await AssertRunsAsync(0, "board-a  shipped", ["list", .. api]);
            string added = await AssertRunsAsync(0, "\"version\": \"1.0.0+0\"", ["image", "add", image, .. api]);
            string sha256 = Sha256().Match(added).Value;
            string order = Path.Combine(directory.Path, "order");
            await File.WriteAllBytesAsync(order, Orders.ToUpdate(await File.ReadAllBytesAsync(image)));
            await AssertRunsAsync(0, "\"rollout\": \"offered\"", ["rollout", "set", "board-a", "--order", order, .. api]);
            await AssertRunsAsync(0, sha256, ["order", "send", "board-a", order, .. api]);
            await AssertRunsAsync(0, "update", ["order", "list", "board-a", .. api]);
            await AssertRunsAsync(1, "refused: not-an-order: ", ["order", "send", "board-a", image, .. api]);
            await AssertRunsAsync(1, "refused: no-settings: ", ["settings", "show", "board-a", .. api]);
            await AssertRunsAsync(0, "\"pin\": 4", ["settings", "set", "board-a", "pin=4", "rising=true", "member=rain", "serial=\"7\"", .. api]);
            await AssertRunsAsync(0, "\"serial\": \"7\"", ["settings", "show", "board-a", .. api]);
            await AssertRunsAsync(2, "error: 'pin' is not name=value", ["settings", "set", "board-a", "pin", .. api]);
            await AssertRunsAsync(0, "\"state\": \"quarantined\"", ["quarantine", "board-a", "--reason", "odd", .. api]);
            await AssertRunsAsync(0, "\"state\": \"shipped\"", ["release", "board-a", .. api]);
            await AssertRunsAsync(0, "\"stateReason\": \"stolen\"", ["revoke", "board-a", "--reason", "stolen", .. api]);
            await AssertRunsAsync(0, "\"state\": \"revoked\"", ["show", "board-a", .. api]);
            await AssertRunsAsync(0, "stolen", ["audit", "list", .. api]);
            await AssertRunsAsync(0, "\"tenant\": \"north\"", ["assign", "board-a", "--tenant", "north", .. api]);
            await AssertRunsAsync(0, "board-a", ["list", "--tenant", "north", "--search", "board", .. api]);

            // A key made beside the server that runs; worth nothing once revoked.
            string guest = Path.Combine(directory.Path, "guest.key");
            await AssertRunsAsync(0, "tenant=south", ["key", "new", "--data", data, "--name", "guest", "--roles", "operator", "--tenant", "south",
                "--root", Path.Combine(directory.Path, "broker.pem"), "--out", guest]);
            string[] asGuest = [.. api[..3], guest];
            await AssertRunsAsync(1, "refused: unknown-device: ", ["show", "board-a", .. asGuest]);
            string id = (await File.ReadAllLinesAsync(guest))[0].Split('-')[1];
            await AssertRunsAsync(0, "revoked " + id, ["key", "revoke", id, "--data", data]);
            await AssertRunsAsync(1, "refused: no-api-key: ", ["list", .. asGuest]);
            await AssertRunsAsync(0, "name=guest", ["key", "list", "--data", data]);
            await AssertRunsAsync(1, "refused: unknown-key: ", ["key", "revoke", "000000000000", "--data", data]);
            await AssertRunsAsync(2, "error: --roles takes", ["key", "new", "--data", data, "--name", "x", "--roles", "root", "--out", guest + "2"]);

            string entries = Path.Combine(directory.Path, "audit.cbor");
            string head = Path.Combine(directory.Path, "audit.head");
            string auditKey = Path.Combine(data, "audit.pem");
            await AssertRunsAsync(0, "exported ", ["audit", "export", "--out", entries, "--head", head, .. api]);
            await AssertRunsAsync(0, "verified entries=", ["audit", "verify", "--entries", entries, "--head", head, "--key", auditKey]);
            await AssertRunsAsync(0, "verified entries=", ["audit", "verify", "--data", data, "--head", head, "--key", auditKey]);
            byte[] changed = await File.ReadAllBytesAsync(entries);
            changed[changed.Length / 2] ^= 1;
            await File.WriteAllBytesAsync(entries, changed);
            await AssertRunsAsync(1, "refused: audit-", ["audit", "verify", "--entries", entries, "--head", head, "--key", auditKey]);
            await AssertRunsAsync(0, "\"event\": \"state\"", ["log", .. api]);
            await AssertRunsAsync(0, "[]", ["telemetry", "board-a", .. api]);

            await AssertRunsAsync(1, "refused: transition-refused: ", ["ship", "board-a", .. api]);
            await AssertRunsAsync(1, "refused: unknown-device: ", ["show", "board-z", .. api]);
            await AssertRunsAsync(1, "refused: not-an-image: ", ["image", "add", manifest, .. api]);
            await AssertRunsAsync(1, "refused: in-use: ", Serve(directory.Path));
            await AssertRunsAsync(2, "error: a device id is", ["show", "Board", .. api]);
            await AssertRunsAsync(2, "error: no such file", ["import", manifest + ".not", .. api]);

            using Process kill = Process.Start("kill", ["-TERM", server.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            Task<string> rest = server.StandardOutput.ReadToEndAsync();
            await server.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(60));
            Assert.AreEqual(0, server.ExitCode);
            Assert.Contains(" state device=board-a from=shipped to=revoked actor=operator by=key:", await rest);
            Assert.DoesNotContain(key[^64..], await rest);
            Assert.AreEqual("", await server.StandardError.ReadToEndAsync());
        }
        finally
        {
            if (!server.HasExited)
            {
                server.Kill();
            }
        }
    }

    [TestMethod]
    public async Task BadInputIsNamed()
    {
        using TemporaryDirectory directory = new();
        using TestPki pki = new();
        pki.WriteTo(directory.Path);
        string[] serve = Serve(directory.Path);
        await AssertRunsAsync(2, "error: ", ["serve"]);
        await AssertRunsAsync(2, "error: ", ["party"]);
        await AssertRunsAsync(2, "error: --mqtt-port must be 0 to 65535", [.. serve, "--mqtt-port", "70000"]);
        await AssertRunsAsync(2, "error: --host must be an IP address", [.. serve, "--host", "fleet.example"]);

        await AssertRunsAsync(2, "error: --api-plain: without TLS", [.. serve, "--api-plain", "--api-host", "0.0.0.0"]);

        string policies = Path.Combine(directory.Path, "policies");
        Directory.CreateDirectory(policies);
        foreach (string name in new[] { "bootstrap", "quarantined" })
        {
            await File.WriteAllTextAsync(Path.Combine(policies, name + ".json"), PolicyTests.Shipped(name));
        }

        serve = Serve(directory.Path);
        string policy = Path.Combine(policies, "operational.json");
        await File.WriteAllTextAsync(policy, """{"version":"2026-01-09","statement":[{"effect":"allow","action":["publish"],"resource":["topic:${user}/x"]}]}""");
        await AssertRunsAsync(2, "statement[0].resource[0]: only ${deviceId}, ${tenant} and ${product} may follow a '$'", serve);
        await File.WriteAllTextAsync(policy, PolicyTests.Operational);

        File.Copy(Path.Combine(directory.Path, "root.pem"), Path.Combine(directory.Path, "broker.key.pem"), overwrite: true);
        await AssertRunsAsync(2, "is not the private key of", serve);
        await File.WriteAllTextAsync(Path.Combine(directory.Path, "root.pem"), "nonsense");
        await AssertRunsAsync(2, "holds no certificate", serve);

        string token = Path.Combine(directory.Path, "token");
        await File.WriteAllTextAsync(token, $"dfk-{new string('0', 12)}-{new string('0', 64)}\n");
        await AssertRunsAsync(2, "error: no answer of the fleet's API", ["list", "--api", "http://127.0.0.1:1", "--token-file", token]);
        await AssertRunsAsync(2, "to loopback only", ["list", "--api", "http://fleet.example", "--token-file", token]);
        await File.WriteAllTextAsync(token, "nonsense");
        await AssertRunsAsync(2, "holds no API key", ["list", "--api", "http://127.0.0.1:1", "--token-file", token]);
    }

    private static string[] Serve(string directory)
    {
        return
        [
            "serve",
            "--data", Path.Combine(directory, "data"),
            "--broker-certificate", Path.Combine(directory, "broker.pem"),
            "--broker-key", Path.Combine(directory, "broker.key.pem"),
            "--client-root", Path.Combine(directory, "root.pem"),
            "--client-issuing", Path.Combine(directory, "issuing.pem"),
            "--policies", Directory.Exists(Path.Combine(directory, "policies")) ? Path.Combine(directory, "policies") : Path.Combine(AppContext.BaseDirectory, "policies"),
        ];
    }

    private static Process Start(string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true };
        return Process.Start(start)!;
    }

    internal static async Task<string> AssertRunsAsync(int code, string expected, string[] arguments)
    {
        using Process process = Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(120));
        string where = code == 0 ? await output : await error;
        Assert.AreEqual(code, process.ExitCode, $"{string.Join(' ', arguments)}\n{await output}{await error}");
        Assert.Contains(expected, where);
        Assert.DoesNotContain("   at ", await error, "no stack trace");
        return where;
    }

    [GeneratedRegex("^ready mqtt=([0-9]+) api=([0-9]+)$")]
    private static partial Regex ReadyLine();

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex Sha256();
}

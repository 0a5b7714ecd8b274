using DeviceFirmware.Keys;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Keys;

/// <summary><c>keys rotate fleet-root</c>: next becomes current when all that stands on the root has moved, wholly or not at all.</summary>
[TestClass]
[OSCondition(ConditionMode.Exclude, OperatingSystems.Windows)]
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class RotateFleetRootTests
{
    private readonly RootedEnvironment _environment = new();

    [TestInitialize]
    public void Begin() => File.WriteAllText(_environment["passphrase"], "a passphrase\n");

    [TestCleanup]
    public void Clean() => _environment.Dispose();

    [TestMethod]
    public void NextBecomesCurrentWithItsBrokerAndOnce()
    {
        _environment.MoveOperationalCa();
        Dictionary<string, string> before = _environment.Files();
        string key = _environment["root-3"];
        ToolRun run = ToolRun.Of("keys", ["rotate", "fleet-root", "--key", key, "--passphrase-file", _environment["passphrase"], .. _environment.Folder]).MustEndWith(0);
        Assert.Contains("until they have confirmed a trust set without it", run.Output);
        Dictionary<string, string> after = _environment.Files();
        Assert.AreEqual(before[KeyRole.FleetRootNext.PublicFile], after[KeyRole.FleetRoot.PublicFile]);
        Assert.AreEqual(before[KeyRole.BrokerNext.PublicFile], after[KeyRole.Broker.PublicFile]);
        Assert.IsFalse(after.ContainsKey(KeyRole.BrokerNext.PublicFile));
        Assert.IsFalse(before.ContainsValue(after[KeyRole.FleetRootNext.PublicFile]));
        Assert.IsEmpty(after.Keys.Except(before.Keys), "nothing is left beside");
        CommandRun.Of(ShowCommand.Create(), _environment.Folder).MustEndWith(0);
        OpenSsl.Run("verify", "-x509_strict", "-CAfile", _environment.Public(KeyRole.FleetRoot), _environment.Public(KeyRole.Broker), _environment.Public(KeyRole.OperationalCa));
        OpenSsl.Run("verify", "-x509_strict", "-CAfile", _environment.Public(KeyRole.FleetRootNext), _environment.Public(KeyRole.FleetRootNext));
        Assert.Contains("ENCRYPTED", File.ReadAllText(key));
        Assert.AreEqual(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(key));

        // Boards know nothing of the third root: without a broker under it there is nothing to rotate to.
        Rotate("again").MustRefuse("missing");
        Assert.IsFalse(File.Exists(_environment["again"]));
        CollectionAssert.AreEquivalent(after, _environment.Files());
    }

    [TestMethod]
    public void WhatWouldLeaveBoardsAloneIsRefused()
    {
        Rotate("new").MustRefuse("other-root"); // the operational CA is under the old root yet
        _environment.MoveOperationalCa();
        EnvironmentFolder folder = _environment.Open();
        PublicFile broker = folder.Read(KeyRole.BrokerNext);
        folder.Put(false, (KeyRole.BrokerNext, folder.Read(KeyRole.Broker)));
        Rotate("new").MustRefuse("other-root");
        folder.Put(false, (KeyRole.BrokerNext, broker));
        Assert.IsFalse(File.Exists(_environment["new"]), "no key is made for nothing");

        File.WriteAllText(_environment["there"], "");
        Rotate("there").MustRefuse("exists");
        Rotate("none", "--existing").MustBeBadInput();
        File.Copy(_environment.Private(KeyRole.OtaCurrent), _environment["ota"]);
        Rotate("ota", "--existing").MustRefuse("key-shared");
        File.Copy(_environment.Private(KeyRole.FleetRootNext), _environment["promoted"]);
        Rotate("promoted", "--existing").MustRefuse("key-shared");
        string[] elsewhere = [.. _environment.Folder];
        elsewhere[1] = "nowhere";
        CommandRun.Of(RotateCommand.Create(), ["fleet-root", "--key", _environment["new"], "--unencrypted", .. elsewhere]).MustBeBadInput();
        CommandRun.Of(RotateCommand.Create(), ["factory-root", "--key", _environment["new"], "--unencrypted", .. _environment.Folder]).MustBeBadInput();

        string pem = File.ReadAllText(_environment.Public(KeyRole.FleetRoot));
        File.WriteAllText(_environment.Public(KeyRole.FleetRoot), pem[..(pem.Length / 2)]);
        Rotate("new").MustBeBadInput();
        File.WriteAllText(_environment.Public(KeyRole.FleetRoot), pem);
        Rotate("new").MustEndWith(0);
    }

    /// <summary>The changes of a rotation in their order, cut before each: the old environment or the new one, and the command goes on from either.</summary>
    [TestMethod]
    public void ACutAnywhereLeavesTheOldOrTheNewOne()
    {
        _environment.MoveOperationalCa();
        Dictionary<string, string> before = _environment.Files();
        Rotate("third").MustEndWith(0);
        Dictionary<string, string> after = _environment.Files();
        string manifest = EnvironmentManifest.FileName;
        string[] changed = [KeyRole.FleetRoot.PublicFile, KeyRole.FleetRootNext.PublicFile, KeyRole.Broker.PublicFile, KeyRole.BrokerNext.PublicFile];
        List<Action<Dictionary<string, string>>> steps = [];
        steps.AddRange(changed.Select<string, Action<Dictionary<string, string>>>(file => now => now[file + ".new"] = after.GetValueOrDefault(file, "")));
        int commit = steps.Count;
        steps.Add(now => now[manifest] = after[manifest]);
        foreach (string file in changed.Where(after.ContainsKey))
        {
            steps.Add(now =>
            {
                now[file] = now[file + ".new"];
                now.Remove(file + ".new");
            });
        }

        steps.Add(now => now.Remove(KeyRole.BrokerNext.PublicFile));
        Dictionary<string, string> state = new(before);
        for (int cut = 0; cut <= steps.Count; cut++)
        {
            using RootedEnvironment other = new();
            Directory.Delete(other.Public(""), recursive: true);
            foreach ((string file, string text) in state)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(other.Public(file))!);
                File.WriteAllText(other.Public(file), text);
            }

            CommandRun.Of(ShowCommand.Create(), other.Folder).MustEndWith(0);
            CollectionAssert.AreEquivalent(cut <= commit ? before : after, other.Files(), $"cut before step {cut}");
            if (cut < steps.Count)
            {
                steps[cut](state);
            }
        }

        // A key that was made before the cut is not made again.
        using RootedEnvironment resumed = new();
        resumed.MoveOperationalCa();
        CommandRun.Of(RotateCommand.Create(), ["fleet-root", "--existing", "--key", _environment["third"], .. resumed.Folder]).MustEndWith(0);
    }

    private ToolRun Rotate(string key, params string[] more) => CommandRun.Of(RotateCommand.Create(), [
        "fleet-root", "--key", _environment[key], .. more.Length == 0 ? ["--unencrypted"] : more, .. _environment.Folder]);
}

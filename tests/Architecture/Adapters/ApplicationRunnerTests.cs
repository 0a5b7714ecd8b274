extern alias board;

using board::DeviceFirmware.Connect;
using board::DeviceFirmware.Esp32;
using board::DeviceFirmware.Lifecycle;
using board::DeviceFirmware.Loader;

namespace DeviceFirmware.Tests.Architecture.Adapters;

/// <summary>Applications that do what an application must not, in the board's own runner on the simulated platform.</summary>
[TestClass]
[DoNotParallelize]
public sealed class ApplicationRunnerTests
{
    private const string Throws = "throw new InvalidOperationException(\"bad\");";
    private const string Hangs = "while (true) { System.Threading.Thread.Sleep(50); if (AppContext.TryGetSwitch(\"enough\", out bool enough) && enough) break; }";

    private readonly ApplicationRunner _runner = new(new Esp32Clock(), new Esp32Board());

    [TestInitialize]
    public void Begin() => AppContext.SetSwitch("enough", false);

    [TestCleanup]
    public void End()
    {
        // What hangs shall not outlive the test.
        AppContext.SetSwitch("enough", true);
        _runner.Stop();
    }

    [TestMethod]
    public void AGoodOneRunsAndIsHeard()
    {
        Start(new BadApplication { Start = "_platform.Publish(\"\\\"a\\\":1\"); _platform.Publish(\"\\\"a\\\":2\"); _platform.Publish(\"\\\"a\\\":\"); _platform.Publish(null);" });
        Until(() => _runner.IsHealthy);
        Assert.AreEqual(("\"a\":1", "\"a\":2"), (_runner.TakeMeasurement(), _runner.TakeMeasurement()));
        Assert.IsNull(_runner.TakeMeasurement());
        Assert.AreEqual((0, 2), (_runner.Faults, _runner.Refused));
        Assert.AreEqual("", _runner.TakeSettingsAnswer());
        _runner.Stop();
        Assert.AreEqual(ApplicationState.Running, _runner.State);
    }

    [TestMethod]
    [DataRow("Start")]
    [DataRow("Configure")]
    [DataRow("Turn")]
    [DataRow("Health")]
    public void AnExceptionInAnyMemberEndsItAndNothingElse(string member)
    {
        Start(new BadApplication
        {
            Start = member == "Start" ? Throws : "",
            Configure = member == "Configure" ? Throws : "return null;",
            Turn = member == "Turn" ? Throws : "return 10;",
            Health = member == "Health" ? Throws : "return true;",
        });
        Until(() => _runner.State == ApplicationState.Crashed);
        Assert.AreEqual((1, "System.InvalidOperationException: bad", false, 0L), (_runner.Faults, _runner.CrashReason, _runner.IsHealthy, _runner.BusyFor));
    }

    [TestMethod]
    public void AnExceptionInStopIsCounted()
    {
        Start(new BadApplication { Stop = Throws });
        Until(() => _runner.IsHealthy);
        _runner.Stop();
        Until(() => _runner.State == ApplicationState.Crashed);
        Assert.AreEqual(1, _runner.Faults);
    }

    [TestMethod]
    public void OneThatTakesAllMemoryIsOneThatCrashes()
    {
        Start(new BadApplication { Turn = "var all = new System.Collections.Generic.List<byte[]>(); while (true) { all.Add(new byte[int.MaxValue]); }" });
        Until(() => _runner.State == ApplicationState.Crashed);
        StringAssert.StartsWith(_runner.CrashReason, "System.OutOfMemoryException");
    }

    [TestMethod]
    public void AStaticConstructorThatThrowsIsThePlatforms()
    {
        Start(new BadApplication { Members = "private static class Aside { static Aside() { throw new Exception(); } }" });
        Until(() => _runner.IsHealthy);
    }

    [TestMethod]
    [DataRow("static")]
    [DataRow("Start")]
    [DataRow("Configure")]
    [DataRow("Turn")]
    [DataRow("Stop")]
    public void WhatHangsIsSeenToHang(string member)
    {
        Start(new BadApplication
        {
            Members = member == "static" ? $"static Application() {{ {Hangs} }}" : "",
            Start = member == "Start" ? Hangs : "",
            Configure = member == "Configure" ? Hangs + "return null;" : "return null;",
            Turn = member == "Turn" ? Hangs + "return 10;" : "return 10;",
            Stop = member == "Stop" ? Hangs : "",
        });
        if (member == "Stop")
        {
            Until(() => _runner.IsHealthy);
            _runner.Stop();
        }

        Until(() => _runner.BusyFor > 100);
        Assert.AreNotEqual(ApplicationState.Crashed, _runner.State);
        Assert.IsFalse(member != "Stop" && _runner.IsHealthy);
    }

    [TestMethod]
    public void SettingsThatItRefusesLeaveItTheOldOnes()
    {
        Start(
            new BadApplication { Configure = "int pin = settings.Number(\"pin\", 1, 0, 9); _platform.Publish(\"\\\"pin\\\":\" + pin); return pin == 5 ? \"pin: not five\" : null;" },
            Settings(1, "pin", 3));
        Until(() => _runner.IsHealthy);
        Assert.AreEqual("", _runner.TakeSettingsAnswer());
        Assert.AreEqual("pin: not five", Configure(Settings(2, "pin", 5)));
        Assert.AreEqual("pin: has to be a number from 0 to 9", Configure(Settings(3, "pin", 10)));
        Assert.AreEqual("other: no such setting", Configure(Settings(4, "other", 1)));
        Assert.AreEqual("", Configure(Settings(5, "pin", 4)));
        string[] asked = ["\"pin\":3", "\"pin\":5", "\"pin\":3", "\"pin\":1", "\"pin\":3", "\"pin\":1", "\"pin\":3", "\"pin\":4"];
        CollectionAssert.AreEqual(asked, asked.Select(_ => _runner.TakeMeasurement()).ToArray());
        Assert.AreEqual(ApplicationState.Running, _runner.State);
    }

    [TestMethod]
    public void SettingsOfAnotherApplicationAreNotTaken()
    {
        Start(new BadApplication { Configure = "return settings.Number(\"level\", 7, 0, 9) == 7 ? null : \"odd\";" }, Settings(1, "pin", 3));
        Until(() => _runner.IsHealthy);
        Assert.AreEqual("pin: no such setting", _runner.TakeSettingsAnswer());
    }

    [TestMethod]
    public void OneThatTakesNoSettingsAtAllCrashes()
    {
        Start(new BadApplication { Configure = "return \"never\";" });
        Until(() => _runner.State == ApplicationState.Crashed);
        Assert.Contains("settings in force refused: never", _runner.CrashReason);
    }

    [TestMethod]
    public void OneForAnotherContractIsNotLoaded()
    {
        _runner.Start(new BadApplication { Members = "static Application() { " + Hangs + " }" }.Build("1.1"), "board-a", 1000, new SettingsDocument(0));
        Until(() => _runner.State == ApplicationState.Crashed);
        Assert.Contains("DeviceFirmware.Contract 1.1, 1.0 is loaded", _runner.CrashReason);
    }

    private static SettingsDocument Settings(long version, string name, int number)
    {
        SettingsDocument settings = new(version);
        Assert.IsTrue(settings.Add(SettingValue.OfNumber(name, number)));
        return settings;
    }

    private static void Until(Func<bool> condition)
    {
        Assert.IsTrue(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(20)));
    }

    private void Start(BadApplication application, SettingsDocument? settings = null)
    {
        _runner.Start(application.Build(), "board-a", 1000, settings ?? new SettingsDocument(0));
    }

    private string Configure(SettingsDocument settings)
    {
        _runner.Configure(settings);
        string? said = null;
        Until(() => (said = _runner.TakeSettingsAnswer()) is not null);
        return said!;
    }
}

using DeviceFirmware.Connect;
using DeviceFirmware.Image;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;

namespace DeviceFirmware.PowerCut.Outside;

/// <summary>Runs what was verified, after a look at whether it is what it says.</summary>
internal sealed class Application(Bench bench) : IApplicationRunner
{
    private Behaviour _behaviour;
    private string? _said;

    public ApplicationState State { get; private set; }

    public long BusyFor => _behaviour == Behaviour.Hangs && State == ApplicationState.Running ? 10001 : 0;

    public string CrashReason => _behaviour == Behaviour.Crashes ? "Exception: on start" : "";

    public bool IsHealthy => _behaviour is Behaviour.Healthy or Behaviour.MeetsNoNetwork;

    public int Faults => _behaviour == Behaviour.Crashes ? 1 : 0;

    public int Refused => 0;

    public void Start(VerifiedImage image, string deviceId, int telemetryPeriodMilliseconds, SettingsDocument settings)
    {
        Configure(settings);
        string version = image.Version.ToString();
        _behaviour = bench.Scenario.Behaviours.GetValueOrDefault(version);
        bench.Started(version, image.Digest, image.Modules, _behaviour);
        State = _behaviour == Behaviour.Crashes ? ApplicationState.Crashed : ApplicationState.Running;
        if (_behaviour == Behaviour.KillsTheBoard)
        {
            throw new PowerCutException();
        }
    }

    /// <summary>Takes settings that have a member, and those without any.</summary>
    public void Configure(SettingsDocument settings) => _said = settings.Count == 0 || settings.Find("wrong") is null ? "" : "wrong: cannot be";

    public string? TakeSettingsAnswer()
    {
        string? said = _said;
        _said = null;
        return said;
    }

    public string? TakeMeasurement() => null;

    public void Stop()
    {
    }
}

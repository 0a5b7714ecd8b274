using DeviceFirmware.Image;
using DeviceFirmware.Lifecycle;
using DeviceFirmware.Memory;

namespace DeviceFirmware.PowerCut.Outside;

/// <summary>Runs what was verified, after a look at whether it is what it says.</summary>
internal sealed class Application(Bench bench) : IApplicationRunner
{
    private Behaviour _behaviour;

    public ApplicationState State { get; private set; }

    public long BusyFor => _behaviour == Behaviour.Hangs && State == ApplicationState.Running ? 10001 : 0;

    public string CrashReason => _behaviour == Behaviour.Crashes ? "Exception: on start" : "";

    public bool IsHealthy => _behaviour is Behaviour.Healthy or Behaviour.MeetsNoNetwork;

    public void Start(VerifiedImage image, string deviceId, int measurePeriodMilliseconds)
    {
        string version = image.Version.ToString();
        _behaviour = bench.Scenario.Behaviours.GetValueOrDefault(version);
        bench.Started(version, image.Digest, image.Modules, _behaviour);
        State = _behaviour == Behaviour.Crashes ? ApplicationState.Crashed : ApplicationState.Running;
        if (_behaviour == Behaviour.KillsTheBoard)
        {
            throw new PowerCutException();
        }
    }

    public string? TakeMeasurement() => null;

    public void Stop()
    {
    }
}

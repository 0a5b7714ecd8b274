namespace DeviceFirmware.Lab;

/// <summary>What the chapters share: the workshop, the report, the boards on the bench, the fleet's address.</summary>
public sealed class World(LabOptions options, Workshop workshop, Report report, CancellationToken stop) : IAsyncDisposable
{
    /// <summary>Seconds between two telemetry messages of the lab's boards.</summary>
    public const int TelemetrySeconds = 1;

    private FleetApi? _fleet;

    /// <summary>What the user asked for.</summary>
    public LabOptions Options { get; } = options;

    /// <summary>Where things are.</summary>
    public Workshop Workshop { get; } = workshop;

    /// <summary>What happened.</summary>
    public Report Report { get; } = report;

    /// <summary>The interruption.</summary>
    public CancellationToken Stop { get; } = stop;

    /// <summary>The project's programs.</summary>
    public Tools Tools { get; } = new(workshop, stop);

    /// <summary>Public keys of the environment, in the layout of bootloader-keys/.</summary>
    public string PublicKeys { get; } = workshop.At("bootloader-keys");

    /// <summary>Private keys of the environment.</summary>
    public string PrivateKeys { get; } = workshop.At("private");

    /// <summary>Board a.</summary>
    public BoardOnTheBench A { get; set; } = null!;

    /// <summary>Board b.</summary>
    public BoardOnTheBench B { get; set; } = null!;

    /// <summary>The fleet server.</summary>
    public Running? FleetServer { get; set; }

    /// <summary>Port of the broker.</summary>
    public int BrokerPort { get; set; }

    /// <summary>Port of the API.</summary>
    public int ApiPort { get; set; }

    /// <summary>The fleet's API.</summary>
    public FleetApi Fleet
    {
        get => _fleet ?? throw new ExpectationFailedException("the fleet server runs");
        set => _fleet = value;
    }

    /// <summary>A public file of the environment.</summary>
    public string Public(params string[] parts)
    {
        return Path.Combine([PublicKeys, "lab", .. parts]);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _fleet?.Dispose();
        foreach (BoardOnTheBench? board in new[] { A, B })
        {
            if (board is not null)
            {
                await board.PowerOffAsync();
            }
        }

        if (FleetServer is not null)
        {
            await FleetServer.DisposeAsync();
        }
    }
}

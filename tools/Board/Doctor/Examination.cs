using DeviceFirmware.Provisioning;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Board;

/// <summary>What to look at.</summary>
/// <param name="Port">The CLR's port; null looks at this computer only.</param>
/// <param name="ProvisioningPort">The provisioning UART's port, or null.</param>
/// <param name="Deployment">The deployment file, or null when there is none.</param>
/// <param name="Board">The board that should be there, or null for the one that the deployment was built for.</param>
/// <param name="Efuses">The eFuse summary of this board, or null.</param>
public sealed record ExaminationRequest(string? Port, string? ProvisioningPort, string? Deployment, BoardKind? Board, EfuseSummary? Efuses);

/// <summary>
/// Looks at the computer, the line, the chip, the CLR and the deployment, in the order in which each is needed, and says of each what was found,
/// why it matters and what to do. Changes nothing on the board; asking the chip restarts it.
/// </summary>
public sealed class Examination(ExaminationRequest request, string nanoffProgram, TimeSpan patience, SerialPorts ports, Action<string> tell)
{
    private readonly List<Finding> _findings = [];
    private DeploymentFile? _deployment;
    private BoardKind? _board = request.Board;
    private bool _loaderAnswered;

    /// <summary>Everything that was found.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>What protects the board, as found.</summary>
    public BoardPosture Posture { get; private set; } = BoardPosture.Nothing;

    /// <summary>Looks.</summary>
    public void Run()
    {
        LookForSdk();
        bool hasNanoff = LookForNanoff();
        LookAtDeployment();
        bool isReachable = LookAtPorts();
        if (request.ProvisioningPort is string line)
        {
            LookForLoader(line);
        }

        if (request.Port is string port && isReachable && hasNanoff)
        {
            Nanoff nanoff = new(nanoffProgram, port, patience, dryRun: false, tell);
            LookAtClr(nanoff); // before the chip: asking the chip restarts it
            LookAtChip(nanoff);
        }

        if (request.Efuses is EfuseSummary efuses)
        {
            LookAtEfuses(efuses);
        }

        if (request.Port is not null || request.Efuses is not null)
        {
            JudgePosture();
        }
    }

    private void LookForSdk()
    {
        ProgramResult said = OtherProgram.Run("dotnet", ["--version"], patience);
        Add(said.IsGood
            ? Finding.Good("sdk", $".NET SDK {said.Lines.FirstOrDefault()}")
            : Finding.Problem("no-sdk", "no .NET SDK that global.json accepts", "the tools are built and run by it", "install the SDK that global.json names; dotnet --list-sdks shows what there is"));
    }

    private bool LookForNanoff()
    {
        string? version = Nanoff.FindVersion(nanoffProgram, patience);
        Add(version is null
            ? Finding.Problem("no-nanoff", $"there is no {nanoffProgram}", "it writes the CLR and the deployment over the cable", $"{Nanoff.InstallCommand} (and put ~/.dotnet/tools into PATH)")
            : version == Pins.Nanoff ? Finding.Good("nanoff", $"nanoff {version}")
            : Finding.Note("other-nanoff", $"nanoff {(version.Length > 0 ? version : "of an unknown version")}, these tools know {Pins.Nanoff}", "what it prints is read by this program", $"dotnet tool update -g nanoff --version {Pins.Nanoff} --allow-downgrade"));
        return version is not null;
    }

    private void LookAtDeployment()
    {
        if (request.Deployment is null)
        {
            Add(Finding.Note(
                "no-deployment", "no deployment was found", "it is the loader with its libraries, built for one environment and one board",
                "build firmware/Loader/Loader.nfproj with the nanoFramework project system (Visual Studio, VS Code), or give --deployment FILE"));
            return;
        }

        try
        {
            _deployment = DeploymentFile.Read(request.Deployment);
            _board ??= _deployment.Board;
            Add(_deployment.Board is BoardKind built && built != _board
                ? Finding.Problem("other-board", $"the deployment was built for {built.Target}", $"the board should be {_board!.Target}: pins and slot size differ", $"build with -p:BoardTarget={_board.Target}")
                : Finding.Good("deployment", $"deployment of {_deployment.Assemblies.Count} assemblies, {_deployment.Content.Length} bytes, for {_deployment.Board?.Target ?? "a board it does not name"}"));
        }
        catch (ToolFailure failure)
        {
            Add(Finding.Problem("bad-deployment", failure.Message, "board flash refuses it", "build firmware/Loader again, and give that file"));
        }
    }

    private bool LookAtPorts()
    {
        if (request.Port is string port)
        {
            Finding? obstacle = ports.Obstacle(port);
            Add(obstacle ?? Finding.Good("port", $"{port} is there, permitted and free"));
            return obstacle is null;
        }

        IReadOnlyList<string> present = ports.Present();
        if (present.Count > 0)
        {
            Add(Finding.Good("ports", $"serial ports: {string.Join(", ", present)}; give one with --port"));
        }
        else if (ports.Adapters() is [var (name, driver), ..])
        {
            Add(Finding.Problem("no-driver", $"{name} is on the USB bus, and has no serial port", "no driver has taken it", $"load the kernel module: sudo modprobe {driver}; on Debian and Ubuntu the package brltty takes CH340 and CP210x away: remove it"));
        }
        else
        {
            Add(Finding.Problem("no-port", "no serial port and no known USB adapter", "the board is not seen at all", "plug it in; try another cable: many carry power only"));
        }

        return false;
    }

    private void LookForLoader(string line)
    {
        if (ports.Obstacle(line) is Finding obstacle)
        {
            Add(obstacle);
            return;
        }

        BoardMessage? board = LoaderGreeting.Ask(line, TimeSpan.FromSeconds(Math.Min(15, patience.TotalSeconds)));
        _loaderAnswered = board is not null;
        Add(board is null
            ? Finding.Problem("no-greeting", $"no loader answers on {line}", "identity and images come over this line", "TX to RX, RX to TX, ground to ground, 3.3 V; is the deployment flashed?")
            : Finding.Good("loader", $"loader {board.FirmwareVersion}, type {board.BoardType}, {board.State.ToString().ToLowerInvariant()}, hardware {board.HardwareId}"));
        if (board is not null)
        {
            TakeHardwareId(board.HardwareId, "the loader");
        }
    }

    private void LookAtClr(Nanoff nanoff)
    {
        ProgramResult said = nanoff.ClrDetails();
        ClrDetails? clr = said.IsGood ? ClrDetails.Parse(said.Text) : null;
        if (clr is null)
        {
            // Silence is evidence only when the same CLR was seen alive on the other line.
            Posture = Posture.With("debugger", _loaderAnswered ? "silent" : BoardPosture.Unknown);
            Add(_loaderAnswered
                ? Finding.Note("clr-silent", "the loader runs, and the CLR's wire protocol does not answer", "a CLR without the debugger looks like this; so does a wrong --port", "nothing, when that is what you built")
                : Finding.Note("no-clr", "no CLR answers", "a bare board has none yet", "board flash; on a flashed board press reset, close other programs"));
            return;
        }

        Posture = Posture.With("debugger", "open").With("clrTarget", clr.Target).With("clrVersion", clr.Version);
        IReadOnlyList<string> missing = _deployment?.MissingNatives(clr) ?? [];
        Add(Pins.Line(clr.Version) != Pins.ClrLine
            ? Finding.Problem("other-clr", $"the CLR is {clr.Version}, the packages are of line {Pins.ClrLine}", "a deployed assembly starts only on a CLR with its native side", "board flash")
            : missing.Count > 0 ? Finding.Problem("other-natives", $"the CLR {clr.Version} lacks what the deployment needs: {string.Join("; ", missing)}", "these assemblies would not start", "board flash, or build against the packages of nanoFramework.props")
            : _board is not null && clr.Target != _board.Target ? Finding.Problem("other-target", $"the CLR is for {clr.Target}, the board should be {_board.Target}", "its images have another board type", "board flash")
            : Finding.Good("clr", $"CLR {clr.Version}, target {clr.Target}"));
    }

    private void LookAtChip(Nanoff nanoff)
    {
        ProgramResult said = nanoff.ChipDetails(checkPsram: false);
        ChipDetails? chip = said.IsGood ? ChipDetails.Parse(said.Text) : null;
        if (chip is null)
        {
            string why = said.IsGood ? $"nanoff's answer was not understood; this tool knows {Pins.Nanoff}" : nanoff.Failure(said, "looking at the chip").Message;
            Add(Finding.Problem("no-chip", why, "without the chip's details nothing is flashed", "hold BOOT, press and let go reset, let go BOOT, and try again"));
            return;
        }

        Posture = Posture.With("chip", chip.Family);
        TakeHardwareId(chip.HardwareId, "the chip");
        (string Token, string Text)? wrong = _board is null ? null : chip.WhyNot(_board);
        Add(wrong is (string token, string text)
            ? Finding.Problem(token, text, "board flash refuses it", "take the board or the BoardTarget that fits")
            : Finding.Good("chip", $"{chip.Family}, {chip.FlashMegabytes} MB of flash, PSRAM {(chip.PsramMegabytes < 0 ? "unknown" : $"{chip.PsramMegabytes} MB")}, hardware {chip.HardwareId}"));
    }

    private void LookAtEfuses(EfuseSummary efuses)
    {
        if (TakeHardwareId(efuses.HardwareId, "the eFuse summary"))
        {
            Posture = efuses.AddTo(Posture);
            Add(Finding.Good("efuses", $"eFuse summary of {efuses.HardwareId}"));
        }
    }

    private void JudgePosture()
    {
        IReadOnlyList<string> below = Posture.BelowProduction();
        Add(below.Count == 0
            ? Finding.Good("posture", "posture: what a production profile asks for")
            : Finding.Note(
                "posture", $"posture: {string.Join("; ", below)}", "whoever holds the cable or the flash owns this board (THREATS.md); the factory's production profile refuses it",
                "for a desk nothing; for production a CLR of your own with secure boot v2 and flash encryption (bootloader-keys/README.md), and `espefuse summary` given as --espefuse"));
    }

    private bool TakeHardwareId(string hardwareId, string source)
    {
        if (Posture.HardwareId != BoardPosture.Unknown && Posture.HardwareId != hardwareId)
        {
            Add(Finding.Problem("two-boards", $"{source} is {hardwareId}'s, another source said {Posture.HardwareId}", "a posture of two boards is none", "look at one board at a time"));
            return false;
        }

        Posture = Posture.With("hardwareId", hardwareId);
        return true;
    }

    private void Add(Finding finding) => _findings.Add(finding);
}

using System.CommandLine;
using DeviceFirmware.Provisioning;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Board;

/// <summary><c>board flash</c>: looks at the chip, writes the CLR, writes the deployment, looks whether both are what they should be.</summary>
public static class FlashCommand
{
    private const string Newest = "newest";
    private const int Looks = 3;
    private static readonly TimeSpan _boot = TimeSpan.FromSeconds(2);

    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string> port = BoardOptions.Port();
        Option<string?> board = new("--board") { Description = "the CLR's target name; by default the one the deployment was built for" };
        Option<string?> deployment = BoardOptions.Deployment();
        Option<string> clr = new("--clr-version") { DefaultValueFactory = _ => Pins.Clr, Description = $"version of the CLR image, or '{Newest}'" };
        Option<bool> massErase = new("--mass-erase") { Description = "erase the whole flash first, the board's identity with it" };
        Option<bool> dryRun = BoardOptions.DryRun();
        Option<string> nanoff = BoardOptions.NanoffPath();
        Option<double> seconds = BoardOptions.NanoffSeconds();
        Option<string?> provisioning = BoardOptions.ProvisioningPort();
        Command command = new("flash", "writes the CLR and the deployment, and checks both; never an application")
        {
            port, board, deployment, clr, massErase, dryRun, nanoff, seconds, provisioning,
        };
        command.SetAction(parsed =>
        {
            DeploymentFile file = DeploymentFile.Read(BoardOptions.DeploymentPath(parsed.GetValue(deployment)));
            BoardKind kind = file.BoardFor(parsed.GetValue(board));
            string version = parsed.GetRequiredValue(clr);
            Console.WriteLine($"{file.Path}: {file.Assemblies.Count} assemblies, {file.Content.Length} bytes, for {kind.Target} ({kind.Name})");
            bool isDry = parsed.GetValue(dryRun);
            Nanoff flasher = new(
                parsed.GetRequiredValue(nanoff), parsed.GetRequiredValue(port), BoardOptions.Seconds(parsed.GetRequiredValue(seconds), "--nanoff-seconds"), isDry, Console.WriteLine);
            Flash(flasher, file, kind, version == Newest ? null : version, parsed.GetValue(massErase), isDry);
            if (parsed.GetValue(provisioning) is string line && !isDry)
            {
                Greet(line, kind);
            }

            Console.WriteLine(isDry ? "dry run: nothing was done" : "flashed. Next: board provision, which brings the identity and the first, signed image");
            return 0;
        });
        return command;
    }

    private static void Flash(Nanoff nanoff, DeploymentFile file, BoardKind kind, string? version, bool massErase, bool isDry)
    {
        ChipDetails? chip = LookAtChip(nanoff, kind, isDry);
        int megabytes = chip?.FlashMegabytes ?? kind.FlashMegabytes;
        DeployPartition partition = DeployPartition.Of(kind.Chip, megabytes)
            ?? throw ToolFailure.Refused("flash-too-small", $"no partition table is known for an {kind.Chip} with {megabytes} MB of flash");
        byte[] whole = file.Fill(partition);

        ProgramResult wroteClr = nanoff.WriteClr(kind.Target, version, massErase);
        Require(nanoff, wroteClr, "writing the CLR");
        using TemporaryFile image = new(isDry ? null : whole);
        Require(nanoff, nanoff.WriteDeployment(kind.Target, image.Path, partition.Address), "writing the deployment");
        if (isDry)
        {
            nanoff.ClrDetails();
        }
        else
        {
            CheckClr(LookAtClr(nanoff), file, kind, version);
        }
    }

    private static ChipDetails? LookAtChip(Nanoff nanoff, BoardKind kind, bool isDry)
    {
        ProgramResult said = nanoff.ChipDetails(checkPsram: false);
        Require(nanoff, said, "looking at the chip");
        ChipDetails? chip = isDry ? null : Understood(said);
        if (kind.PsramMegabytes > 0 && kind.Chip == "ESP32" && (isDry || chip is { PsramMegabytes: < 0 }))
        {
            Refuse(chip?.WhyNot(kind));

            // Writes over the CLR, which is about to be written anyway.
            said = nanoff.ChipDetails(checkPsram: true);
            Require(nanoff, said, "looking for PSRAM");
            chip = isDry ? null : Understood(said);
        }

        if (chip is null)
        {
            return null;
        }

        Refuse(chip.WhyNot(kind));
        string psram = chip.PsramMegabytes < 0 ? "PSRAM unknown" : $"PSRAM {chip.PsramMegabytes} MB";
        Console.WriteLine($"chip {chip.Family}, flash {chip.FlashMegabytes} MB, {psram}, hardware {chip.HardwareId}");
        if (chip.PsramMegabytes < 0 && kind.PsramMegabytes > 0)
        {
            Console.WriteLine($"note: nanoff cannot tell whether there are {kind.PsramMegabytes} MB of PSRAM; without them the board runs out of heap");
        }

        return chip;
    }

    private static ClrDetails LookAtClr(Nanoff nanoff)
    {
        for (int look = 1; ; look++)
        {
            ProgramResult said = nanoff.ClrDetails();
            if (said.IsGood && ClrDetails.Parse(said.Text) is ClrDetails clr)
            {
                return clr;
            }

            if (look == Looks || said.End != ProgramEnd.Ended)
            {
                throw said.IsGood
                    ? ToolFailure.Refused("not-understood", "nanoff answered, but target and version of the CLR are not in what it printed")
                    : nanoff.Failure(said, "asking the new CLR who it is");
            }

            Thread.Sleep(_boot); // it may still be starting
        }
    }

    private static void CheckClr(ClrDetails clr, DeploymentFile file, BoardKind kind, string? version)
    {
        Console.WriteLine($"CLR {clr.Version}, target {clr.Target}");
        if (clr.Target != kind.Target)
        {
            throw ToolFailure.Refused("other-target", $"the CLR says it is {clr.Target}, not {kind.Target}: its images would have another board type");
        }

        if ((version is not null && clr.Version != version) || Pins.Line(clr.Version) != Pins.ClrLine)
        {
            throw ToolFailure.Refused(
                "other-clr", $"the board runs CLR {clr.Version}, wanted is {version ?? $"a {Pins.ClrLine}"}. Flashing may not have taken: hold BOOT and try again, or add --mass-erase (a provisioned board loses its identity)");
        }

        IReadOnlyList<string> missing = file.MissingNatives(clr);
        if (missing.Count > 0)
        {
            throw ToolFailure.Refused(
                "other-natives", $"this CLR does not fit the packages that the deployment was built with: {string.Join("; ", missing)}. It would not start; take the CLR version that goes with nanoFramework.props");
        }

        if (!clr.Assemblies.Contains("DeviceFirmware.Loader"))
        {
            throw ToolFailure.Refused("loader-not-running", "the CLR runs, but it does not name the loader among its assemblies: the deployment is not where this CLR looks for it");
        }

        Console.WriteLine($"the CLR has the loader, and the native side of each of its {file.Assemblies.Count} assemblies");
    }

    private static void Greet(string line, BoardKind kind)
    {
        BoardMessage board = LoaderGreeting.Ask(line, TimeSpan.FromSeconds(30))
            ?? throw ToolFailure.Refused("no-greeting", $"no loader answered on {line} within 30 s. TX and RX crossed? The settings say GPIO {kind.TransmitPin} for TX, {kind.ReceivePin} for RX; ground connected? 3.3 V?");
        Console.WriteLine($"loader {board.FirmwareVersion}: hardware {board.HardwareId}, type {board.BoardType}, environment {(board.Environment.Length > 0 ? board.Environment : "none")}, {board.State.ToString().ToLowerInvariant()}");
        if (board.BoardType != kind.BoardType)
        {
            throw ToolFailure.Refused("other-board", $"the loader on {line} says board type {board.BoardType}, not {kind.BoardType}: another board's line?");
        }
    }

    private static ChipDetails Understood(ProgramResult said) =>
        Board.ChipDetails.Parse(said.Text) ?? throw ToolFailure.Refused("not-understood", $"nanoff answered, but chip, flash and MAC are not in what it printed; this tool knows nanoff {Pins.Nanoff}");

    private static void Require(Nanoff nanoff, ProgramResult result, string doing)
    {
        if (!result.IsGood)
        {
            throw nanoff.Failure(result, doing);
        }
    }

    private static void Refuse((string Token, string Text)? why)
    {
        if (why is (string token, string text))
        {
            throw ToolFailure.Refused(token, text);
        }
    }
}

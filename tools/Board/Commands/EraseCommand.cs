using System.CommandLine;
using DeviceFirmware.Tools;

namespace DeviceFirmware.Board;

/// <summary><c>board erase</c>: the whole flash, and a CLR again. nanoff erases only where it also writes a CLR.</summary>
public static class EraseCommand
{
    /// <summary>The command with its options.</summary>
    public static Command Create()
    {
        Option<string> port = BoardOptions.Port();
        Option<string> board = new("--board") { Required = true, Description = "the CLR's target name" };
        Option<string> clr = new("--clr-version") { DefaultValueFactory = _ => Pins.Clr, Description = "version of the CLR image that is written afterwards, or 'newest'" };
        Option<bool> yes = new("--yes") { Description = "do not ask" };
        Option<bool> dryRun = BoardOptions.DryRun();
        Option<string> nanoff = BoardOptions.NanoffPath();
        Option<double> seconds = BoardOptions.NanoffSeconds();
        Command command = new("erase", "erases the whole flash, identity and counter with it, and leaves a bare CLR") { port, board, clr, yes, dryRun, nanoff, seconds };
        command.SetAction(parsed =>
        {
            BoardKind kind = BoardCatalog.OfTarget(parsed.GetRequiredValue(board));
            bool isDry = parsed.GetValue(dryRun);
            Console.WriteLine("Lost: the board's key and certificate, its Wi-Fi password, the security counter (older images may run again), both slots.");
            Console.WriteLine("Not lost: its record at the factory station and in the fleet. The id stays taken there: mark it retired or revoked; the board needs a new id.");
            Console.WriteLine("Not promised: that nothing can be read out of the flash chip afterwards.");
            if (!isDry && !parsed.GetValue(yes))
            {
                Console.Write($"Erase the board on {parsed.GetRequiredValue(port)}? Type 'erase': ");
                if (Console.ReadLine()?.Trim() != "erase")
                {
                    throw ToolFailure.Refused("not-confirmed", "nothing was erased");
                }
            }

            string version = parsed.GetRequiredValue(clr);
            Nanoff flasher = new(
                parsed.GetRequiredValue(nanoff), parsed.GetRequiredValue(port), BoardOptions.Seconds(parsed.GetRequiredValue(seconds), "--nanoff-seconds"), isDry, Console.WriteLine);
            ProgramResult result = flasher.WriteClr(kind.Target, version == "newest" ? null : version, massErase: true);
            if (!result.IsGood)
            {
                throw flasher.Failure(result, "erasing");
            }

            Console.WriteLine(isDry ? "dry run: nothing was done" : "erased; a bare CLR is on it. Next: board flash");
            return 0;
        });
        return command;
    }
}

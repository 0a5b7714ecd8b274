using Spectre.Console;

namespace DeviceFirmware.Lab;

/// <summary>The story, from the first key to the last power cut.</summary>
public static class LabRun
{
    /// <summary>Plays it. 0: everything that must hold held; 1: something did not; 130: interrupted.</summary>
    public static async Task<int> RunAsync(LabOptions options, CancellationToken stop)
    {
        if (Console.IsOutputRedirected)
        {
            // Nobody's window: a line stays a line.
            AnsiConsole.Profile.Width = 1000;
        }

        Report report = new();
        string work = "";
        try
        {
            using Workshop workshop = new(options.Keep);
            work = workshop.Work;
            await using (World world = new(options, workshop, report, stop))
            {
                await Ceremony.PlayAsync(world);
                await Builds.PlayAsync(world);
                await FirstBoot.PlayAsync(world);
                await FactoryLine.PlayAsync(world);
                await Claiming.PlayAsync(world);
                await Connection.PlayAsync(world);
                await SetupPage.PlayAsync(world);
                await Updating.PlayAsync(world);
                await Refusals.PlayAsync(world);
                await PowerCuts.PlayAsync(world);
                await Revocation.PlayAsync(world);
                await Authority.PlayAsync(world);
                await Renewal.PlayAsync(world);
                await Rotation.PlayAsync(world);
                await Recovery.PlayAsync(world);
                await Ledgers.PlayAsync(world);
                await FallingDue.PlayAsync(world);
                Secrets.Play(world);
            }

            report.Begin("Tidy");
            IReadOnlyList<string> left = Leftovers.Of(work);
            report.Expect("nothing is left running", left.Count == 0, left.Count == 0 ? "no process knows the working directory" : string.Join(", ", left));
        }
        catch (ExpectationFailedException failure)
        {
            report.Fail(failure.Message);
        }
        catch (OperationCanceledException)
        {
            AnsiConsole.MarkupLine("[yellow]interrupted[/]; everything was stopped");
            return 130;
        }

        catch (Exception failure)
        {
            report.Fail($"unexpected {failure.GetType().Name}: {failure.Message} {failure.StackTrace?.Split('\n').FirstOrDefault()?.Trim()}");
        }

        if (options.Keep)
        {
            AnsiConsole.MarkupLineInterpolated($"kept: {work}");
        }

        report.Write(options.Out);
        AnsiConsole.WriteLine();
        if (report.Failure is not null)
        {
            AnsiConsole.MarkupLineInterpolated($"[red]FAILED[/] {report.Failure}");
            AnsiConsole.MarkupLineInterpolated($"report: {Path.Combine(options.Out.FullName, "report.txt")}");
            return 1;
        }

        AnsiConsole.MarkupLineInterpolated($"[green]{report.Held} of {report.Count} expectations held[/] in {report.Seconds:0.0} s; report: {Path.Combine(options.Out.FullName, "report.txt")}");
        return 0;
    }
}

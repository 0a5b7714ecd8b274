using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace DeviceFirmware.Factory;

/// <summary>What a station shows where nobody watches a terminal: one line a change.</summary>
public sealed class PlainView(TextWriter output)
{
    private readonly Lock _gate = new();

    /// <summary>Writes a row's line.</summary>
    public void Show(PortRow row)
    {
        string line = row.State switch
        {
            PortState.Pass => $"PASS {row.Port} {row.Device} {Seconds(row)} {row.Text}",
            PortState.Fail => $"FAIL {row.Port} {row.Device} {Seconds(row)} {row.Text}",
            PortState.Working => $"     {row.Port} {row.Device} {row.Text}",
            _ => $"     {row.Port} ready for a board{(row.Text.Length == 0 ? "" : $" ({row.Text})")}",
        };
        lock (_gate)
        {
            output.WriteLine(line);
        }
    }

    /// <summary>Writes the numbers.</summary>
    public void Show(Totals totals)
    {
        lock (_gate)
        {
            output.WriteLine(TotalsText(totals));
        }
    }

    /// <summary>The numbers as a line.</summary>
    public static string TotalsText(Totals totals) => string.Create(
        CultureInfo.InvariantCulture, $"passed {totals.Passed}, failed {totals.Failed}, {totals.BoardsAnHour:0} boards an hour");

    private static string Seconds(PortRow row) => string.Create(CultureInfo.InvariantCulture, $"{row.Seconds:0.0}s");
}

/// <summary>The live table of a terminal, with a verdict in letters that are read from a metre away.</summary>
public static class LiveView
{
    private static readonly TimeSpan _interval = TimeSpan.FromMilliseconds(200);

    /// <summary>Draws until told to stop.</summary>
    public static void Run(IAnsiConsole console, Floor floor, Func<string?> stoppedBecause, CancellationToken stop) =>
        console.Live(new Text("")).Start(live =>
        {
            do
            {
                live.UpdateTarget(Draw(floor.Rows(), floor.Totals(), stoppedBecause()));
                live.Refresh();
            }
            while (!stop.WaitHandle.WaitOne(_interval));
        });

    /// <summary>The picture.</summary>
    public static IRenderable Draw(IReadOnlyList<PortRow> rows, Totals totals, string? stopped)
    {
        Table table = new Table().Expand().AddColumns("port", "board", "step", "time", "result");
        foreach (PortRow row in rows)
        {
            table.AddRow(
                Cell(row.Port, "default"), Cell(row.Device, "default"), Cell(row.Text, "default"),
                Cell(row.Seconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"{row.Seconds:0.0} s") : "", "default"), Cell(Word(row.State), Colour(row.State)));
        }

        List<IRenderable> parts = [table];
        if (stopped is not null)
        {
            parts.Add(new Panel(new Rows(new FigletText("STOP").Color(Color.Red), new Markup($"[bold red]{Markup.Escape(stopped)}[/]"), new Text("fetch the engineer; factory resume lets the line go on"))).Expand());
        }

        Panel[] verdicts = [.. rows.Where(row => row.State is PortState.Pass or PortState.Fail).Select(Verdict)];
        if (verdicts.Length > 0)
        {
            parts.Add(new Columns(verdicts));
        }

        parts.Add(new Text(PlainView.TotalsText(totals)));
        return new Rows(parts);
    }

    private static Panel Verdict(PortRow row) =>
        new Panel(new FigletText(Word(row.State)).Color(row.State == PortState.Pass ? Color.Green : Color.Red))
            .Header(Markup.Escape($" {row.Port}  {row.Device} "))
            .BorderColor(row.State == PortState.Pass ? Color.Green : Color.Red)
            .DoubleBorder();

    private static Markup Cell(string text, string colour) => new($"[{colour}]{Markup.Escape(text)}[/]");

    private static string Word(PortState state) => state switch
    {
        PortState.Pass => "PASS",
        PortState.Fail => "FAIL",
        PortState.Working => "busy",
        _ => "ready",
    };

    private static string Colour(PortState state) => state switch
    {
        PortState.Pass => "bold green",
        PortState.Fail => "bold red",
        PortState.Working => "yellow",
        _ => "grey",
    };
}

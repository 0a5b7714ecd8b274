using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Spectre.Console;

namespace DeviceFirmware.Lab;

/// <summary>One thing that was checked, and what was seen.</summary>
/// <param name="What">What must hold.</param>
/// <param name="Held">Whether it did.</param>
/// <param name="Seen">What was seen: text of the process that said it, or the figure that was read.</param>
public sealed record Check(string What, bool Held, string Seen);

/// <summary>A refusal, beside the same thing done right.</summary>
/// <param name="What">What was tried.</param>
/// <param name="SaidBy">Which process refused.</param>
/// <param name="Token">The token it gave.</param>
/// <param name="Reason">The reason in its own words.</param>
/// <param name="Twin">What differs in the one thing, and succeeded.</param>
public sealed record Refusal(string What, string SaidBy, string Token, string Reason, string Twin);

/// <summary>A power cut and what the board was afterwards.</summary>
/// <param name="Board">Which board.</param>
/// <param name="Operation">Storage operations done before the cut.</param>
/// <param name="Slots">The slots at the next power-on, as the board showed them.</param>
/// <param name="Booted">What it booted then.</param>
/// <param name="End">What it ran in the end.</param>
public sealed record PowerCut(string Board, int Operation, string Slots, string Booted, string End);

/// <summary>One part of the story.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Title">Its title.</param>
public sealed record Chapter(int Number, string Title)
{
    /// <summary>How long it took, in seconds.</summary>
    public double Seconds { get; set; }

    /// <summary>What was checked.</summary>
    public List<Check> Checks { get; } = [];
}

/// <summary>What happened: shown while it happens, written when it is over. Safe to use from several tasks.</summary>
public sealed class Report
{
    private static readonly JsonSerializerOptions _json = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock _lock = new();
    private readonly Stopwatch _watch = Stopwatch.StartNew();
    private readonly DateTime _started = DateTime.UtcNow;
    private readonly List<Chapter> _chapters = [];
    private readonly List<Refusal> _refusals = [];
    private readonly List<PowerCut> _cuts = [];
    private double _chapterStart;

    /// <summary>The first expectation that failed; null while all held.</summary>
    public string? Failure { get; private set; }

    /// <summary>How many checks there were.</summary>
    public int Count => _chapters.Sum(chapter => chapter.Checks.Count);

    /// <summary>How many of them held.</summary>
    public int Held => _chapters.Sum(chapter => chapter.Checks.Count(check => check.Held));

    /// <summary>Seconds since the start.</summary>
    public double Seconds => _watch.Elapsed.TotalSeconds;

    /// <summary>Begins the next chapter.</summary>
    public void Begin(string title)
    {
        lock (_lock)
        {
            End();
            _chapters.Add(new Chapter(_chapters.Count + 1, title));
            AnsiConsole.WriteLine();
            AnsiConsole.MarkupLineInterpolated($"[bold]{_chapters.Count}. {title}[/]  [grey]{Seconds:0.0} s[/]");
        }
    }

    /// <summary>Says what is going on.</summary>
    public void Tell(string text)
    {
        lock (_lock)
        {
            AnsiConsole.MarkupLineInterpolated($"   [grey]{text}[/]");
        }
    }

    /// <summary>Notes something that must hold; throws when it does not.</summary>
    public void Expect(string what, bool held, string seen)
    {
        lock (_lock)
        {
            _chapters[^1].Checks.Add(new Check(what, held, seen));
            if (held)
            {
                AnsiConsole.MarkupLineInterpolated($"   [green]ok[/] {what}  [grey]{seen}[/]");
                return;
            }

            Failure ??= $"{what}: {seen}";
            AnsiConsole.MarkupLineInterpolated($"   [red]FAILED[/] {what}  {seen}");
        }

        throw new ExpectationFailedException($"{what}: {seen}");
    }

    /// <summary>Notes a refusal and its twin.</summary>
    public void Refused(Refusal refusal)
    {
        lock (_lock)
        {
            _refusals.Add(refusal);
        }

        Expect($"refused: {refusal.What}", true, $"{refusal.SaidBy} said {refusal.Token}: {refusal.Reason}; twin: {refusal.Twin}");
    }

    /// <summary>Notes a power cut.</summary>
    public void Cut(PowerCut cut)
    {
        lock (_lock)
        {
            _cuts.Add(cut);
        }

        Expect($"{cut.Board}: power cut after storage operation {cut.Operation}", true, $"then {cut.Slots}; booted {cut.Booted}; ended on {cut.End}");
    }

    /// <summary>Something failed that was no expectation: a program that did not answer, an interruption.</summary>
    public void Fail(string what)
    {
        lock (_lock)
        {
            Failure ??= what;
        }
    }

    /// <summary>Writes report.txt and report.json.</summary>
    public void Write(DirectoryInfo directory)
    {
        lock (_lock)
        {
            End();
            directory.Create();
            File.WriteAllText(Path.Combine(directory.FullName, "report.txt"), ToText());
            File.WriteAllText(Path.Combine(directory.FullName, "report.json"), JsonSerializer.Serialize(
                new
                {
                    Started = _started,
                    Seconds = Math.Round(Seconds, 1),
                    Ok = Failure is null,
                    Failure,
                    Checks = Count,
                    Held,
                    Chapters = _chapters,
                    Refusals = _refusals,
                    PowerCuts = _cuts,
                },
                _json) + "\n");
        }
    }

    private void End()
    {
        if (_chapters.Count > 0 && _chapters[^1].Seconds == 0)
        {
            _chapters[^1].Seconds = Math.Round(Seconds - _chapterStart, 1);
        }

        _chapterStart = Seconds;
    }

    private string ToText()
    {
        StringBuilder text = new();
        text.AppendLine(CultureInfo.InvariantCulture, $"DeviceFirmware lab, {_started:yyyy-MM-ddTHH:mm:ssZ}, {Seconds:0.0} s");
        text.AppendLine(Failure is null ? $"{Held} of {Count} expectations held" : $"FAILED: {Failure}");
        foreach (Chapter chapter in _chapters)
        {
            text.AppendLine();
            text.AppendLine(CultureInfo.InvariantCulture, $"{chapter.Number}. {chapter.Title} ({chapter.Seconds:0.0} s)");
            foreach (Check check in chapter.Checks)
            {
                text.AppendLine(CultureInfo.InvariantCulture, $"   {(check.Held ? "ok    " : "FAILED")} {check.What}");
                text.AppendLine(CultureInfo.InvariantCulture, $"          {check.Seen}");
            }
        }

        return text.ToString();
    }
}

using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using DeviceFirmware.Board;
using DeviceFirmware.Scenario.Board;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Documents;

/// <summary>The tutorial, as a reader without a board would follow it: box by box, in one shell and the terminals it opens.</summary>
[TestClass]
[DoNotParallelize]
[OSCondition(OperatingSystems.Linux)]
public sealed partial class TutorialTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromMinutes(3);
    private static readonly string _text = File.ReadAllText(Path.Combine(SourceTree.Root, "firmware", "TUTORIAL.md"));

    /// <summary>
    /// Each command as it stands there, but for three things: the programs are those built with the tests instead of `dotnet run`, builds restore
    /// nothing, and the ports are free ones.
    /// </summary>
    [TestMethod]
    public void EveryBoxWithoutABoardDoesWhatThePageSays()
    {
        using TemporaryDirectory directory = new();
        Dictionary<string, string> variables = new() { ["DESK"] = directory.Path, ["MSBUILDDISABLENODEREUSE"] = "1", ["DOTNET_NOLOGO"] = "1", ["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1" };
        string[] ports = [FreePort(), FreePort()];
        List<Shell> terminals = [];
        using Shell shell = new(SourceTree.Root, variables);
        try
        {
            Shell current = shell;
            IReadOnlyList<string> said = [];
            foreach (Box box in TutorialDocument.Read(_text))
            {
                string text = box.Text.Replace("8883", ports[0], StringComparison.Ordinal).Replace("8080", ports[1], StringComparison.Ordinal);
                if (box.Kind == BoxKind.Commands)
                {
                    current = shell;
                    int from = shell.Lines(0).Count;
                    said = shell.Run(AsBuilt(text), _patience) ?? throw Failed(box, text, shell.Lines(from), terminals);
                }
                else if (box.Kind == BoxKind.Terminal)
                {
                    current = new Shell(SourceTree.Root, variables);
                    terminals.Add(current);
                    current.Start(AsBuilt(text));
                }
                else if (box.Kind == BoxKind.Output)
                {
                    Expect(box, text, current == shell ? said : null, current, terminals);
                }
            }
        }
        finally
        {
            terminals.ForEach(terminal => terminal.Dispose());
        }
    }

    /// <summary>Every box with a board has its counterpart without one, or is a command of `board`, which has tests of its own.</summary>
    [TestMethod]
    public void TheBoardsCommandsExist()
    {
        string commands = string.Concat(TutorialDocument.Read(_text).Where(box => box.Kind == BoxKind.Board).Select(box => box.Text));
        string[] used = [.. BoardCommand().Matches(commands).Select(match => match.Groups["line"].Value.Trim())];
        Assert.IsNotEmpty(used);
        using NanoffStandIn nanoff = new();
        foreach (string line in used.Where(line => line.StartsWith("flash", StringComparison.Ordinal)))
        {
            string[] arguments = line.Replace("\"", "", StringComparison.Ordinal).Split(' ');
            ToolRun.Of("board", [.. arguments, "--deployment", nanoff.Deployment, "--nanoff", nanoff.Program, "--dry-run"]).MustEndWith(0);
        }

        foreach (string line in used)
        {
            ToolRun help = ToolRun.Of("board", line.Split(' ')[0], "--help").MustEndWith(0);
            foreach (Match option in OptionName().Matches(line))
            {
                StringAssert.Contains(help.Output, option.Value);
            }
        }

        StringAssert.Contains(_text, $"--version {Pins.Nanoff}`");
    }

    /// <summary>A box of an unknown kind is not passed over.</summary>
    [TestMethod]
    public void ABoxOfAnotherKindIsSeen() => Assert.ThrowsExactly<FormatException>(() => TutorialDocument.Read("a\n```bash\nfalse\n```\n"));

    private static void Expect(Box box, string text, IReadOnlyList<string>? said, Shell terminal, List<Shell> terminals)
    {
        int from = 0;
        foreach (string pattern in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            IReadOnlyList<string> lines = said ?? terminal.Lines(0);
            int found = said is null
                ? terminal.Wait(line => TutorialDocument.Fits(pattern, line), from, _patience)
                : lines.Select((line, i) => (line, i)).Where(x => x.i >= from && TutorialDocument.Fits(pattern, x.line)).Select(x => x.i).DefaultIfEmpty(-1).First();
            if (found < 0)
            {
                throw Failed(box, pattern, said ?? terminal.Lines(0), terminals);
            }

            from = found + 1;
        }
    }

    private static AssertFailedException Failed(Box box, string what, IReadOnlyList<string> said, List<Shell> terminals) => new(
        $"TUTORIAL.md, line {box.Line}: {what}\nit said:\n{string.Join('\n', said.TakeLast(30))}\n"
        + string.Concat(terminals.Select(terminal => $"a terminal said:\n{string.Join('\n', terminal.Lines(0).TakeLast(20))}\n")));

    private static string AsBuilt(string commands)
    {
        string programs = Run().Replace(commands, match => $"dotnet exec '{SourceTree.Program(match.Groups["tool"].Value, match.Groups["tool"].Value.ToLowerInvariant())}'");
        return Build().Replace(
            programs,
            $"$0 -c {new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name} --no-restore --no-dependencies -nodeReuse:false -p:UseSharedCompilation=false -p:RunAnalyzers=false");
    }

    private static string FreePort()
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        return $"{((IPEndPoint)listener.LocalEndpoint).Port}";
    }

    [GeneratedRegex(@"dotnet run --project tools/(?<tool>\w+) --")]
    private static partial Regex Run();

    [GeneratedRegex(@"^dotnet build \S+", RegexOptions.Multiline)]
    private static partial Regex Build();

    [GeneratedRegex(@"--project tools/Board -- (?<line>[^\n]+)")]
    private static partial Regex BoardCommand();

    [GeneratedRegex(@"--[a-z-]+")]
    private static partial Regex OptionName();
}

using System.Text.RegularExpressions;
using DeviceFirmware.Scenario.Tools;

namespace DeviceFirmware.Scenario.Documents;

/// <summary>Each refusal that the fleet's sources name stands in SPEC or on the page of the API, and the page names none that does not exist.</summary>
[TestClass]
public sealed partial class ApiRefusalsTests
{
    // Of commands on the server's own machine, and of the log; no resource gives them.
    private static readonly string[] _elsewhere = ["bad-key", "no-token-keys", "handshake-crowded-out"];

    [TestMethod]
    public void EveryTokenIsDocumented()
    {
        string sources = string.Concat(Directory.GetFiles(Path.Combine(SourceTree.Root, "tools/Fleet"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal)).Select(File.ReadAllText));
        string page = File.ReadAllText(Path.Combine(SourceTree.Root, "tools/Fleet/API.md"));
        string spec = File.ReadAllText(Path.Combine(SourceTree.Root, "firmware/SPEC.md"));
        string[] tokens = [.. Made().Matches(sources).Select(match => match.Groups[1].Value).Distinct()];
        Assert.IsGreaterThan(80, tokens.Length);
        string[] missing = [.. tokens.Except(_elsewhere).Where(token => !(spec + page).Contains($"`{token}`", StringComparison.Ordinal))];
        Assert.IsEmpty(missing, "not documented: " + string.Join(", ", missing));

        string[] listed = [.. page[page.IndexOf("## Refusals", StringComparison.Ordinal)..].Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal))
            .SelectMany(line => Token().Matches(line.Split('|')[2]).Select(match => match.Groups[1].Value))];
        Assert.IsGreaterThan(40, listed.Length);
        string[] invented = [.. listed.Where(token => !sources.Contains($"\"{token}", StringComparison.Ordinal))];
        Assert.IsEmpty(invented, "no source has: " + string.Join(", ", invented));
    }

    [GeneratedRegex("Refusal\\(\\s*\"([a-z-]+)\"")]
    private static partial Regex Made();

    [GeneratedRegex("`([a-z-]+)`")]
    private static partial Regex Token();
}

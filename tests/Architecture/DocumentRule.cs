using System.Text.RegularExpressions;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>Links lead somewhere, and the repository's top shows what there is and nothing else.</summary>
[TestClass]
public sealed partial class DocumentRule
{
    private static readonly string[] _top = ["firmware", "bootloader-keys", "tests", "tools", "nanoFramework.props", "DeviceFirmware.sln", "README.md", "LICENSE", "global.json"];

    /// <summary>Every relative link of every document.</summary>
    [TestMethod]
    public void LinksLeadSomewhere()
    {
        Assert.IsTrue(Repository.Tree.Has("README.md"));
        Expect.Nothing(DeadLinks(Repository.Tree));
    }

    /// <summary>What lies at the top.</summary>
    [TestMethod]
    public void TheTopIsTidy() => Expect.Nothing(Strays(Repository.Tree));

    /// <summary>Planted: a file that is gone, a heading that is gone, a link out of the repository; the others are good.</summary>
    [TestMethod]
    public void ADeadLinkIsSeen()
    {
        Tree tree = Tree.Of(
            ("README.md", "# Read me\n[a](firmware/SPEC.md) [b](firmware/GONE.md) [c](https://example.org/x) [d](#read-me)\n[e](firmware) [f](firmware/SPEC.md#the-frame) [g](firmware/SPEC.md#gone) [h](../x.md)\n"),
            ("firmware/SPEC.md", "## The frame\n[up](../README.md)\n```\n[not](a-link.md)\n```\n"));
        Expect.Caught(DeadLinks(tree), "README.md: firmware/GONE.md", "README.md: firmware/SPEC.md#gone", "README.md: ../x.md");
    }

    /// <summary>Planted: a folder and a file.</summary>
    [TestMethod]
    public void AStrayIsSeen()
    {
        Tree tree = Tree.Of(("README.md", ""), (".ci/run", ""), ("Directory.Build.props", ""), ("Directory.Build.targets", ""), ("scratch/a.txt", ""), ("notes.txt", ""), ("Directory.Build.rsp", ""));
        Expect.Caught(Strays(tree), "scratch", "notes.txt", "Directory.Build.rsp");
    }

    private static IEnumerable<string> DeadLinks(Tree tree)
    {
        foreach (string document in tree.Paths.Where(path => path.EndsWith(".md", StringComparison.Ordinal)))
        {
            foreach (Match match in Link().Matches(Code().Replace(Fence().Replace(tree[document], ""), "")))
            {
                string[] parts = match.Groups["target"].Value.Split('#', 2);
                string? target = parts[0].Length == 0 ? document : Tree.Resolve(document, Uri.UnescapeDataString(parts[0]));
                if (target is null || !tree.Has(target) || (parts.Length == 2 && target.EndsWith(".md", StringComparison.Ordinal) && !Anchors(tree[target]).Contains(parts[1])))
                {
                    yield return $"{document}: {match.Groups["target"].Value}";
                }
            }
        }
    }

    private static IEnumerable<string> Strays(Tree tree)
    {
        return tree.Paths.Select(path => path.Split('/')[0]).Distinct()
            .Where(entry => !_top.Contains(entry) && entry[0] != '.' && !DirectoryFile().IsMatch(entry))
            .Select(entry => $"{entry}: does not belong at the top");
    }

    /// <summary>The names that a heading can be linked by.</summary>
    private static HashSet<string> Anchors(string text)
    {
        return [.. Heading().Matches(Fence().Replace(text, "")).Select(match => NotInAnchors().Replace(match.Groups[1].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'))];
    }

    [GeneratedRegex(@"\]\((?!\w+:)(?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"`[^`\n]*`")]
    private static partial Regex Code();

    [GeneratedRegex(@"^#+ (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex(@"^Directory\.\w+\.(props|targets)$")]
    private static partial Regex DirectoryFile();
}

using System.Text.RegularExpressions;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>What stands in no source: conditional compilation in the firmware, files that are more than one idea, and what is left to do.</summary>
[TestClass]
public sealed partial class SourceRule
{
    private const int MaximumLines = 400;
    private const int ManyLines = 300;

    /// <summary>The test's output.</summary>
    public required TestContext TestContext { get; set; }

    /// <summary>What differs from build to build goes behind a port.</summary>
    [TestMethod]
    public void NoConditionalCompilationInFirmware() => Expect.Nothing(Conditionals(Repository.Tree));

    /// <summary>Files of firmware and tools; the longest are listed.</summary>
    [TestMethod]
    public void FilesAreOneIdea()
    {
        string[] sources = Repository.Tree.Under(["firmware", "tools"], ".cs");
        Assert.IsGreaterThan(150, sources.Length);
        foreach (string path in sources.Where(path => Lines(Repository.Tree, path) > ManyLines).OrderByDescending(path => Lines(Repository.Tree, path)))
        {
            TestContext.WriteLine($"{Lines(Repository.Tree, path),5} lines: {path}");
        }

        Expect.Nothing(Long(Repository.Tree));
    }

    /// <summary>Nothing is left to do.</summary>
    [TestMethod]
    public void NothingIsLeftToDo() => Expect.Nothing(Leftovers(Repository.Tree));

    /// <summary>Planted: directives, indented and spaced ones too.</summary>
    [TestMethod]
    public void AConditionIsSeen()
    {
        Tree tree = Tree.Of(
            ("firmware/Core/A.cs", "#if DEBUG\n#endif\n"),
            ("firmware/Core/B.cs", "class B\n{\n    #   define X\n#pragma warning disable 1\n}\n"),
            ("tools/C.cs", "#if DEBUG\n#endif\n"));
        Expect.Caught(Conditionals(tree), "A.cs:1", "A.cs:2", "B.cs:3");
    }

    /// <summary>Planted: one line more than allowed.</summary>
    [TestMethod]
    public void ALongFileIsSeen()
    {
        Tree tree = Tree.Of(
            ("firmware/Core/A.cs", string.Concat(Enumerable.Repeat("\n", MaximumLines))),
            ("tools/Lab/B.cs", string.Concat(Enumerable.Repeat("\n", MaximumLines + 1))));
        Expect.Caught(Long(tree), $"tools/Lab/B.cs: {MaximumLines + 1} lines");
    }

    /// <summary>Planted: the three words, put together here so that this file has none.</summary>
    [TestMethod]
    public void ALeftoverIsSeen()
    {
        Tree tree = Tree.Of(
            ("tools/A.cs", "// TO" + "DO: x\n// Todo lists are fine\n"),
            ("firmware/SPEC.md", "FIX" + "ME\n"),
            ("tests/B.cs", "// HA" + "CK\n// HA" + "CKNEY\n"));
        Expect.Caught(Leftovers(tree), "tools/A.cs:1", "firmware/SPEC.md:1", "tests/B.cs:1");
    }

    private static IEnumerable<string> Conditionals(Tree tree) => Text.Find(tree, tree.Under(["firmware"], ".cs"), Conditional());

    private static IEnumerable<string> Long(Tree tree)
    {
        return tree.Under(["firmware", "tools"], ".cs").Where(path => Lines(tree, path) > MaximumLines).Select(path => $"{path}: {Lines(tree, path)} lines, at most {MaximumLines}");
    }

    private static IEnumerable<string> Leftovers(Tree tree) => Text.Find(tree, tree.Paths, Leftover());

    private static int Lines(Tree tree, string path) => tree[path].Count(c => c == '\n');

    [GeneratedRegex(@"^\s*#\s*(if|elif|else|endif|define|undef)\b")]
    private static partial Regex Conditional();

    [GeneratedRegex(@"\b(T[O]DO|F[I]XME|H[A]CK)\b")]
    private static partial Regex Leftover();
}

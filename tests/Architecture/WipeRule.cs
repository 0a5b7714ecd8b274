using System.Text.RegularExpressions;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>Every record that the firmware stores has its place in the one list of what a wipe does to it.</summary>
[TestClass]
public sealed partial class WipeRule
{
    private const string List = "firmware/Core.Operation/Lifecycle/StoredRecords.cs";

    /// <summary>In the sources of Core.</summary>
    [TestMethod]
    public void EveryRecordIsWipedOrKeptOnPurpose()
    {
        Assert.IsGreaterThan(10, Records(Repository.Tree).Count());
        Expect.Nothing(Missing(Repository.Tree));
    }

    /// <summary>Planted: a record that is in no list.</summary>
    [TestMethod]
    public void AForgottenRecordIsSeen()
    {
        Tree tree = Tree.Of(
            ("firmware/Core/A.cs", "private const string RecordName = \"known\";\nprivate const string OldName = \"older\";"),
            ("firmware/Core.Operation/B.cs", "public const string RecordName = \"forgotten\";"),
            (List, "\"known\", \"older\""));
        Expect.Caught(Missing(tree), "forgotten");
    }

    private static IEnumerable<(string Path, string Name)> Records(Tree tree)
    {
        return from path in tree.Under(["firmware/Core", "firmware/Core.Operation"], ".cs")
               from match in Constant().Matches(tree[path])
               select (path, match.Groups[1].Value);
    }

    private static IEnumerable<string> Missing(Tree tree)
    {
        // The marker of the wipe itself goes last, by its own name.
        return from record in Records(tree)
               where record.Name != "wipe" && !tree[List].Contains($"\"{record.Name}\"", StringComparison.Ordinal)
                   && !tree[List].Contains($"<c>{record.Name}</c>", StringComparison.Ordinal)
               select $"{record.Path}: the record {record.Name} is not in {List}";
    }

    [GeneratedRegex("const string \\w*(?:RecordName|OldName) = \"([^\"]+)\"")]
    private static partial Regex Constant();
}

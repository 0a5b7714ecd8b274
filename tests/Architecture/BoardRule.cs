using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>Every settings file of a board is whole, its slot size is what DESIGN.md computes, and README shows it.</summary>
[TestClass]
public sealed partial class BoardRule
{
    private const string Folder = "firmware/Esp32/Boards/";
    private const string Targets = "firmware/Esp32/BoardTarget.targets";

    /// <summary>littlefs blocks of 4 KB that are not for slots (DESIGN.md, "How large an image may be").</summary>
    private const int ReservedBlocks = 14;

    /// <summary>Kilobytes of managed heap that are not for the application's image.</summary>
    private const int ReservedHeap = 76;

    /// <summary>Kilobytes: no slot is larger, so that hashing it at boot stays below half a minute by estimate.</summary>
    private const int LargestSlot = 512;

    /// <summary>The files.</summary>
    [TestMethod]
    public void SettingsAddUp()
    {
        Assert.IsTrue(Repository.Tree.Paths.Count(IsBoard) >= 5);
        Expect.Nothing(Violations(Repository.Tree));
    }

    /// <summary>Planted: a setting too few, a slot too large for the flash, one too large for the heap, a board that README does not show.</summary>
    [TestMethod]
    public void WrongSettingsAreSeen()
    {
        Tree tree = Tree.Of(
            (Targets, "<!--\n    BoardFlashMegabytes  flash\n    BoardStorageKilobytes  a\n    BoardHeapKilobytes  a\n    BoardSlotKilobytes  a\n-->\n"),
            ("README.md", "| `A` | 4 MB | none | 96 KB |\n| `B` | 4 MB | none | 24 KB |\n| `C` | 4 MB | none | 24 KB |\n"),
            (Folder + "A.props", Settings(4, 256, 3840, 100)),
            (Folder + "B.props", Settings(4, 256, 100, 28)),
            (Folder + "C.props", Settings(4, 2048, 100, 24)),
            (Folder + "D.props", Settings(4, 256, 100, 24)),
            (Folder + "E.props", Settings(4, 256, 100, 24).Replace("BoardHeapKilobytes", "BoardHeap", StringComparison.Ordinal)));
        Expect.Caught(
            Violations(tree), "A: slot of 100 KB, computed 96", "A: README.md", "B: slot of 28 KB, computed 24", "B: README.md", "C: 4 MB of flash have 256 KB", "D: README.md", "E: its settings");
    }

    private static string Settings(int flash, int storage, int heap, int slot) =>
        $"<Project><PropertyGroup><BoardFlashMegabytes>{flash}</BoardFlashMegabytes><BoardStorageKilobytes>{storage}</BoardStorageKilobytes>"
        + $"<BoardHeapKilobytes>{heap}</BoardHeapKilobytes><BoardSlotKilobytes>{slot}</BoardSlotKilobytes></PropertyGroup></Project>";

    private static bool IsBoard(string path) => path.StartsWith(Folder, StringComparison.Ordinal) && path.EndsWith(".props", StringComparison.Ordinal);

    private static IEnumerable<string> Violations(Tree tree)
    {
        string[] settings = [.. Setting().Matches(tree[Targets].Split("-->")[0]).Select(match => match.Value).Distinct().Order()];
        foreach (string path in tree.Paths.Where(IsBoard).Order())
        {
            string name = Path.GetFileNameWithoutExtension(path);
            XElement[] found = [.. XDocument.Parse(tree[path]).Descendants().Where(element => !element.HasElements)];
            if (!found.Select(element => element.Name.LocalName).Order().SequenceEqual(settings))
            {
                yield return $"{name}: its settings are not those of {Targets}";
                continue;
            }

            int Number(string setting) => int.Parse(found.Single(element => element.Name.LocalName == setting).Value, CultureInfo.InvariantCulture);
            int flash = Number("BoardFlashMegabytes");
            int storage = Number("BoardStorageKilobytes");
            int slot = Number("BoardSlotKilobytes");

            // The CLR's partition tables: the littlefs that a flash of 4, 8, 16 MB gets.
            int partition = flash switch { 4 => 256, 8 => 2048, 16 => 3072, _ => 0 };
            if (storage != partition)
            {
                yield return $"{name}: {flash} MB of flash have {partition} KB of littlefs, not {storage}";
                continue;
            }

            int computed = LargestImage(storage, Number("BoardHeapKilobytes"));
            if (slot != computed)
            {
                yield return $"{name}: slot of {slot} KB, computed {computed}";
            }

            if (!tree["README.md"].Split('\n').Any(line => line.StartsWith($"| `{name}` |", StringComparison.Ordinal) && line.Contains($"| {slot} KB |", StringComparison.Ordinal)))
            {
                yield return $"{name}: README.md has no row with {slot} KB";
            }
        }
    }

    private static int LargestImage(int storageKilobytes, int heapKilobytes)
    {
        int blocks = ((storageKilobytes / 4) - ReservedBlocks) / 2;

        // A littlefs file of n blocks spends fewer than 8 n bytes on pointers (its DESIGN.md, "CTZ skip-lists").
        int inFlash = ((blocks * 4096) - (8 * blocks)) / 4096 * 4;
        int inHeap = (heapKilobytes - ReservedHeap) / 4 * 4;
        return Math.Min(LargestSlot, Math.Min(inFlash, inHeap));
    }

    [GeneratedRegex(@"\bBoard(?!Target)[A-Z]\w+")]
    private static partial Regex Setting();
}

using System.Text.RegularExpressions;
using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>A stage of Core uses itself, earlier stages and Core.Crypto.</summary>
[TestClass]
public sealed partial class StageRule
{
    private static readonly string[] _stages =
    [
        "Bytes", "Ports", "Storage", "Image", "Slots", "Identity", "Provisioning", "Trust", "Connect", "Update", "Commands", "Ledger", "Lifecycle",
    ];

    /// <summary>What the compiled Core uses.</summary>
    [TestMethod]
    public void NoStageUsesALaterOne()
    {
        TypeDefinition[] core = Il.Core();
        Assert.IsGreaterThan(50, core.Length);
        Expect.Nothing(Violations(core, "DeviceFirmware"));
    }

    /// <summary>What its sources name, but in a text: a constant of a later stage leaves no trace in the compiled code.</summary>
    [TestMethod]
    public void NoStageNamesALaterOne() => Expect.Nothing(SourceViolations(Repository.Tree));

    /// <summary>Planted: a later stage as a field and in a method body, and a type of no stage.</summary>
    [TestMethod]
    public void ALaterStageIsSeen()
    {
        TypeDefinition[] types = [.. Il.Tests().Types.Where(type => type.Namespace.StartsWith("Planted.", StringComparison.Ordinal))];
        Expect.Caught(
            Violations(types.Where(type => type.Namespace is "Planted.Bytes" or "Planted.Slots" or "Planted.Nowhere"), "Planted"),
            "Planted.Bytes.Early::_later: Planted.Slots.Late",
            "Planted.Bytes.Early::.ctor(): Planted.Slots.Late",
            "Planted.Bytes.Early::get_Whole(): Planted.Slots.Late",
            "Planted.Bytes.Early::Call(): Planted.Slots.Late",
            "Planted.Nowhere.Stray: in no stage");
    }

    /// <summary>Planted: a using, a qualified name, and a file whose namespace is not its folder's.</summary>
    [TestMethod]
    public void ALaterNameIsSeen()
    {
        Tree tree = Tree.Of(
            ("firmware/Core/Bytes/A.cs", "using DeviceFirmware.Slots;\nnamespace DeviceFirmware.Bytes\n{\n}\n"),
            ("firmware/Core/Image/B.cs", "using DeviceFirmware.Crypto;\nusing DeviceFirmware.Bytes;\nnamespace DeviceFirmware.Image\n{\n int x = DeviceFirmware.Update.Y.Z;\n}\n"),
            ("firmware/Core/Slots/C.cs", "namespace DeviceFirmware.Image\n{\n}\n"));
        Expect.Caught(SourceViolations(tree), "A.cs:1: Slots", "B.cs:5: Update", "C.cs: namespace");
    }

    private static IEnumerable<string> Violations(IEnumerable<TypeDefinition> types, string root)
    {
        foreach (TypeDefinition type in types)
        {
            int own = StageOf(type, root);
            if (own < 0)
            {
                yield return $"{type.FullName}: in no stage";
                continue;
            }

            foreach ((string where, TypeReference used) in Il.UsedTypes(type))
            {
                string space = Il.Outermost(used).Namespace;
                int other = StageOf(used, root);
                if ((space + ".").StartsWith(root + ".", StringComparison.Ordinal) && space != root + ".Crypto" && (other < 0 || other > own))
                {
                    yield return $"{Short(where)}: {used.FullName}, {(other < 0 ? "in no stage" : "a later stage")}";
                }
            }
        }
    }

    private static IEnumerable<string> SourceViolations(Tree tree)
    {
        foreach (string path in tree.Under(["firmware/Core", "firmware/Core.Operation"], ".cs"))
        {
            string folder = path.Split('/')[2];
            int own = Array.IndexOf(_stages, folder);
            if (!tree[path].Contains($"namespace DeviceFirmware.{folder}\n", StringComparison.Ordinal))
            {
                yield return $"{path}: namespace is not DeviceFirmware.{folder}";
                continue;
            }

            string[] lines = tree[path].Split('\n');
            for (int i = 0; i < lines.Length; i++)
            {
                foreach (Match match in StageName().Matches(lines[i]))
                {
                    string named = match.Groups[1].Value;
                    int other = Array.IndexOf(_stages, named);
                    if (named != "Crypto" && (other < 0 || other > own))
                    {
                        yield return $"{path}:{i + 1}: {named}";
                    }
                }
            }
        }
    }

    private static int StageOf(TypeReference type, string root)
    {
        string space = Il.Outermost(type).Namespace;
        return space.StartsWith(root + ".", StringComparison.Ordinal) ? Array.IndexOf(_stages, space[(root.Length + 1)..]) : -1;
    }

    private static string Short(string fullName) => fullName[(fullName.IndexOf(' ', StringComparison.Ordinal) + 1)..];

    [GeneratedRegex(@"(?<!"")\bDeviceFirmware\.([A-Z]\w*)")]
    private static partial Regex StageName();
}

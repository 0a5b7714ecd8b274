using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>Projects: all in the solution, versions in one place, and no tool built on another.</summary>
[TestClass]
public sealed partial class ProjectRule
{
    /// <summary>The solution has every project, and no other.</summary>
    [TestMethod]
    public void TheSolutionHasEveryProject() => Expect.Nothing(Solution(Repository.Tree));

    /// <summary>Package versions stand in Directory.Packages.props.</summary>
    [TestMethod]
    public void VersionsStandInOnePlace() => Expect.Nothing(Versions(Repository.Tree));

    /// <summary>Who may use whose project, and whose sources.</summary>
    [TestMethod]
    public void NoToolUsesAnother() => Expect.Nothing(References(Repository.Tree));

    /// <summary>Planted: a project outside the solution, one that is gone, and an .nfproj with the wrong kind.</summary>
    [TestMethod]
    public void AForgottenProjectIsSeen()
    {
        Tree tree = Tree.Of(
            ("DeviceFirmware.sln", "Project(\"{9A19103F-16F7-4668-BE54-9A1E7A4F7556}\") = \"A\", \"tools\\A\\A.csproj\", \"{1}\"\nProject(\"{9A19103F-16F7-4668-BE54-9A1E7A4F7556}\") = \"G\", \"tools\\G\\G.csproj\", \"{2}\"\n"
                + "Project(\"{9A19103F-16F7-4668-BE54-9A1E7A4F7556}\") = \"N\", \"firmware\\N\\N.nfproj\", \"{3}\"\nProject(\"{2150E333-8FDC-42A3-9474-1A3956D46DE8}\") = \"tools\", \"tools\", \"{4}\"\n"),
            ("tools/A/A.csproj", "<Project />"),
            ("tests/B/B.csproj", "<Project />"),
            ("firmware/N/N.nfproj", "<Project />"));
        Expect.Caught(Solution(tree), "tools/G/G.csproj: in the solution only", "tests/B/B.csproj: not in the solution", "firmware/N/N.nfproj: of another kind");
    }

    /// <summary>Planted: a version as attribute, as element, as override, and a package without one.</summary>
    [TestMethod]
    public void AnInlineVersionIsSeen()
    {
        Tree tree = Tree.Of(
            ("Directory.Packages.props", "<Project><PackageVersion Include=\"P\" Version=\"1\" /></Project>"),
            ("tools/A/A.csproj", "<Project><PackageReference Include=\"P\" /><PackageReference Include=\"P\" Version=\"1\" /></Project>"),
            ("tools/B/B.csproj", "<Project><PackageReference Include=\"P\"><Version>1</Version></PackageReference></Project>"),
            ("tools/C/C.csproj", "<Project><PackageReference Include=\"P\" VersionOverride=\"1\" /></Project>"),
            ("tools/D/D.csproj", "<Project><PackageReference Include=\"Q\" /></Project>"));
        Expect.Caught(Versions(tree), "A.csproj: P", "B.csproj: P", "C.csproj: P", "D.csproj: Q has no version");
    }

    /// <summary>Planted: a tool in a tool, a test in a tool, sources of another tool, a build order that is more than one, firmware on a tool.</summary>
    [TestMethod]
    public void AToolInAToolIsSeen()
    {
        Tree tree = Tree.Of(
            ("tools/A/A.csproj", "<Project><ProjectReference Include=\"../Core.DotNet/Core.DotNet.csproj\" /><ProjectReference Include=\"../Fleet/Fleet.csproj\" /></Project>"),
            ("tools/B/B.csproj", "<Project><ProjectReference Include=\"../../tests/T/T.csproj\" /></Project>"),
            ("tools/C/C.csproj", "<Project><Compile Include=\"../Fleet/*.cs\" /><ProjectReference Include=\"C2/C2.csproj\" /></Project>"),
            ("tools/Lab/Lab.csproj", "<Project><ProjectReference Include=\"../Fleet/Fleet.csproj\" ReferenceOutputAssembly=\"false\" /><ProjectReference Include=\"../Keys/Keys.csproj\" /></Project>"),
            ("tools/D/D.csproj", "<Project><ProjectReference Include=\"../NanoSim/Host/NanoSim.Host.csproj\" /></Project>"),
            ("tools/E/E.csproj", "<Project><Compile Include=\"../../tests/T/X.cs\" /><Import Project=\"../Fleet/Fleet.projitems\" /></Project>"),
            ("firmware/F/F.nfproj", "<Project><ProjectReference Include=\"..\\..\\tools\\Fleet\\Fleet.csproj\" /></Project>"));
        Expect.Caught(
            References(tree),
            "A.csproj: uses tools/Fleet/Fleet.csproj",
            "B.csproj: uses tests/T/T.csproj",
            "C.csproj: uses tools/Fleet/*.cs",
            "Lab.csproj: uses tools/Keys/Keys.csproj",
            "D.csproj: uses tools/NanoSim/Host/NanoSim.Host.csproj",
            "E.csproj: uses tests/T/X.cs",
            "E.csproj: uses tools/Fleet/Fleet.projitems",
            "F.nfproj: uses tools/Fleet/Fleet.csproj");
    }

    private static IEnumerable<string> Solution(Tree tree)
    {
        Dictionary<string, string> listed = SolutionProject().Matches(tree["DeviceFirmware.sln"])
            .Where(match => match.Groups["path"].Value.EndsWith("proj", StringComparison.Ordinal))
            .ToDictionary(match => match.Groups["path"].Value.Replace('\\', '/'), match => match.Groups["kind"].Value);
        string[] projects = tree.Projects(".csproj", ".nfproj");
        return listed.Keys.Except(projects).Select(path => $"{path}: in the solution only")
            .Concat(projects.Except(listed.Keys).Select(path => $"{path}: not in the solution"))
            .Concat(listed.Where(project => tree.Has(project.Key) && (project.Value == "11A8DD76-328B-46DF-9F39-F559912D0360") != project.Key.EndsWith(".nfproj", StringComparison.Ordinal))
                .Select(project => $"{project.Key}: of another kind in the solution"));
    }

    private static IEnumerable<string> Versions(Tree tree)
    {
        HashSet<string?> central = [.. Items(tree, "Directory.Packages.props", "PackageVersion").Select(item => (string?)item.Attribute("Include"))];
        foreach (string project in tree.Projects(".csproj", ".props", ".targets"))
        {
            foreach (XElement item in Items(tree, project, "PackageReference"))
            {
                string package = (string?)item.Attribute("Include") ?? (string?)item.Attribute("Update") ?? "";
                if (item.Attributes().Select(a => a.Name.LocalName).Concat(item.Elements().Select(e => e.Name.LocalName)).Any(name => name is "Version" or "VersionOverride"))
                {
                    yield return $"{project}: {package} has its version inline";
                }
                else if (!central.Contains(package))
                {
                    yield return $"{project}: {package} has no version in Directory.Packages.props";
                }
            }
        }
    }

    private static IEnumerable<string> References(Tree tree)
    {
        foreach (string project in tree.Projects("proj", ".props", ".targets").Where(path => !path.StartsWith("tests/", StringComparison.Ordinal)))
        {
            IEnumerable<XElement> imports = Items(tree, project, "Import").Where(item => ((string?)item.Attribute("Project") ?? "").EndsWith(".projitems", StringComparison.Ordinal));
            foreach (XElement item in Items(tree, project, "ProjectReference").Concat(Items(tree, project, "Compile")).Concat(imports))
            {
                bool orderOnly = (string?)item.Attribute("ReferenceOutputAssembly") == "false";
                foreach (string include in ((string?)item.Attribute("Include") ?? (string?)item.Attribute("Project") ?? "").Split(';'))
                {
                    string path = include.Replace("$(MSBuildThisFileDirectory)", "", StringComparison.Ordinal);
                    string target = path.StartsWith('$') ? "" : Tree.Resolve(project, path) ?? "?";
                    if (target.Length > 0 && !IsAllowed(project, target, orderOnly))
                    {
                        yield return $"{project}: uses {target}";
                    }
                }
            }
        }
    }

    private static bool IsAllowed(string project, string target, bool orderOnly)
    {
        string own = Owner(project);
        string other = Owner(target);
        return (own, other) switch
        {
            _ when own == other => true,
            ("nanoFramework.props", "tools/NanoApi") => true,
            _ when own.StartsWith("firmware", StringComparison.Ordinal) => other.StartsWith("firmware/", StringComparison.Ordinal),
            _ when other is "tools/Core.DotNet" => true,
            ("tools/Factory" or "tools/Fleet" or "tools/Keys" or "tools/Signer", "tools/PrivateKeys") => true,
            ("tools/Core.DotNet", "firmware/Core" or "firmware/Core.Crypto" or "firmware/Core.Operation") => true,
            ("tools/VirtualBoard", "tools/NanoSim") => true,
            ("tools/VirtualBoard", _) => other.StartsWith("firmware/", StringComparison.Ordinal),
            ("tools/Lab", _) => orderOnly && other.StartsWith("tools/", StringComparison.Ordinal),
            _ => false,
        };
    }

    /// <summary>The first two parts of a path: a tool with all that lies in its folder, a folder of the firmware.</summary>
    private static string Owner(string path) => string.Join('/', path.Split('/').Take(2));

    private static IEnumerable<XElement> Items(Tree tree, string file, string name) => tree.Xml(file).Descendants().Where(element => element.Name.LocalName == name);

    [GeneratedRegex(@"^Project\(""\{(?<kind>[^}]+)\}""\) = ""[^""]+"", ""(?<path>[^""]+)""", RegexOptions.Multiline)]
    private static partial Regex SolutionProject();
}

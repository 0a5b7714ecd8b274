using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>
/// A firmware project lists its sources, and its packages in the versions of nanoFramework.props. The fallback build sees none of that go wrong: the
/// nanoFramework project system would, on somebody's desk.
/// </summary>
[TestClass]
public sealed partial class FirmwareProjectRule
{
    /// <summary>Every file of the folder is listed, and every listed file is there.</summary>
    [TestMethod]
    public void ProjectsListTheirSources()
    {
        Assert.IsGreaterThanOrEqualTo(7, Repository.Tree.Projects(".nfproj").Length);
        Expect.Nothing(Sources(Repository.Tree));
    }

    /// <summary>HintPath, packages.config and nanoFramework.props agree.</summary>
    [TestMethod]
    public void PackagesAgree() => Expect.Nothing(Packages(Repository.Tree));

    /// <summary>Planted: a file that is not listed, one that is not there, one of a release.</summary>
    [TestMethod]
    public void AForgottenSourceIsSeen()
    {
        Tree tree = Tree.Of(
            ("firmware/A/A.nfproj", "<Project><Compile Include=\"Sub\\One.cs\" /><Compile Include=\"Gone.cs\" /><Compile Include=\"All\\*.cs\" /></Project>"),
            ("firmware/A/Sub/One.cs", ""),
            ("firmware/A/Sub/Two.cs", ""),
            ("firmware/A/Task.cs", ""),
            ("firmware/A/A.targets", "<Project><Code Source=\"$(MSBuildThisFileDirectory)Task.cs\" /></Project>"));
        Expect.Caught(Sources(tree), "A.nfproj: Gone.cs is not there", "A.nfproj: firmware/A/Sub/Two.cs is not listed", "A.nfproj: All\\*.cs is a pattern");
    }

    /// <summary>Planted: a version in a HintPath, another version in packages.config, packages on one side only, a name that is not the file's.</summary>
    [TestMethod]
    public void ADisagreementIsSeen()
    {
        const string Props = "<Project><PropertyGroup><NanoAVersion>1.0</NanoAVersion><NanoBVersion>2.0</NanoBVersion></PropertyGroup></Project>";
        static string Reference(string name, string path) => $"<Reference Include=\"{name}\"><HintPath>..\\..\\packages\\{path}</HintPath></Reference>";
        Tree tree = Tree.Of(
            ("nanoFramework.props", Props),
            ("firmware/A/A.nfproj", "<Project>" + Reference("A", "a.$(NanoAVersion)\\lib\\A.dll") + Reference("B", "b.2.0\\lib\\B.dll") + Reference("C", "c.$(NanoCVersion)\\lib\\C.dll")
                + Reference("D", "a.$(NanoAVersion)\\lib\\E.dll") + "</Project>"),
            ("firmware/A/packages.config", "<packages><package id=\"a\" version=\"1.1\" /><package id=\"x\" version=\"1\" /></packages>"),
            ("firmware/B/B.nfproj", "<Project>" + Reference("B", "b.$(NanoBVersion)\\lib\\B.dll") + "</Project>"),
            ("firmware/B/packages.config", "<packages><package id=\"b\" version=\"2.0\" /></packages>"),
            ("firmware/C/C.nfproj", "<Project>" + Reference("B", "b.$(NanoBVersion)\\lib\\B.dll") + "</Project>"));
        Expect.Caught(
            Packages(tree),
            "A.nfproj: a is 1.0 in nanoFramework.props and 1.1 in packages.config",
            "A.nfproj: ..\\..\\packages\\b.2.0\\lib\\B.dll: not packages\\id.$(version)\\lib\\file",
            "A.nfproj: NanoCVersion is not in nanoFramework.props",
            "A.nfproj: D is not the file E",
            "A.nfproj: packages.config has x, no reference has",
            "C.nfproj: no packages.config");
    }

    private static IEnumerable<string> Sources(Tree tree)
    {
        foreach (string project in tree.Projects(".nfproj").Where(path => path.StartsWith("firmware/", StringComparison.Ordinal)))
        {
            string[] includes = [.. Named(tree.Xml(project), "Compile").Select(item => (string)item.Attribute("Include")!).SelectMany(include => include.Split(';'))];
            foreach (string include in includes.Where(include => !include.Contains('*') && !tree.Has(Tree.Resolve(project, include) ?? "?")))
            {
                yield return $"{project}: {include} is not there";
            }

            foreach (string include in includes.Where(include => include.Contains('*')))
            {
                yield return $"{project}: {include} is a pattern";
            }

            HashSet<string?> listed = [.. includes.Select(include => Tree.Resolve(project, include)), .. BuildTasks(tree, Tree.Folder(project))];
            foreach (string source in tree.Under([Tree.Folder(project)], ".cs").Where(source => !listed.Contains(source)))
            {
                yield return $"{project}: {source} is not listed";
            }
        }
    }

    /// <summary>Sources that MSBuild compiles for a task of the build; never part of the firmware.</summary>
    private static IEnumerable<string?> BuildTasks(Tree tree, string folder)
    {
        return tree.Under([folder], ".targets")
            .SelectMany(targets => Named(tree.Xml(targets), "Code").Select(code => Tree.Resolve(targets, ((string?)code.Attribute("Source") ?? "").Replace("$(MSBuildThisFileDirectory)", "", StringComparison.Ordinal))));
    }

    private static IEnumerable<string> Packages(Tree tree)
    {
        Dictionary<string, string> versions = tree.Xml("nanoFramework.props").Descendants().Where(e => !e.HasElements && e.Name.LocalName.EndsWith("Version", StringComparison.Ordinal))
            .GroupBy(e => e.Name.LocalName).ToDictionary(e => e.Key, e => e.First().Value);
        return tree.Projects(".nfproj").SelectMany(project => Packages(tree, project, versions));
    }

    private static IEnumerable<string> Packages(Tree tree, string project, Dictionary<string, string> versions)
    {
        string config = Tree.Folder(project) + "/packages.config";
        if (!tree.Has(config))
        {
            yield return $"{project}: no packages.config";
            yield break;
        }

        Dictionary<string, string> configured = Named(tree.Xml(config), "package").ToDictionary(p => (string)p.Attribute("id")!, p => (string)p.Attribute("version")!);
        HashSet<string> referenced = [];
        foreach (XElement reference in Named(tree.Xml(project), "Reference"))
        {
            string name = (string)reference.Attribute("Include")!;
            string path = Named(reference, "HintPath").FirstOrDefault()?.Value ?? "";
            Match match = HintPath().Match(path);
            if (!match.Success)
            {
                yield return $"{project}: {path}: not packages\\id.$(version)\\lib\\file";
                continue;
            }

            string id = match.Groups["id"].Value;
            referenced.Add(id);
            if (match.Groups["file"].Value != name)
            {
                yield return $"{project}: {name} is not the file {match.Groups["file"].Value}";
            }

            string property = match.Groups["version"].Value;
            if (!versions.TryGetValue(property, out string? version))
            {
                yield return $"{project}: {property} is not in nanoFramework.props";
            }
            else if (configured.GetValueOrDefault(id) != version)
            {
                yield return $"{project}: {id} is {version} in nanoFramework.props and {configured.GetValueOrDefault(id) ?? "nothing"} in packages.config";
            }
        }

        foreach (string id in configured.Keys.Where(id => !referenced.Contains(id)))
        {
            yield return $"{project}: packages.config has {id}, no reference has";
        }
    }

    private static IEnumerable<XElement> Named(XElement root, string name) => root.Descendants().Where(element => element.Name.LocalName == name);

    [GeneratedRegex(@"^(\.\.\\)+packages\\(?<id>[A-Za-z0-9.]+)\.\$\((?<version>\w+)\)\\lib\\(?<file>[A-Za-z0-9.]+)\.(dll|exe)$")]
    private static partial Regex HintPath();
}

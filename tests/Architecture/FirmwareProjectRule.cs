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
    /// <summary>Every file of the folder is listed once, and every listed file is there.</summary>
    [TestMethod]
    public void ProjectsListTheirSources()
    {
        Assert.IsGreaterThanOrEqualTo(12, Repository.Tree.Projects(".projitems").Length);
        Expect.Nothing(Sources(Repository.Tree));
    }

    /// <summary>The build without the nanoFramework project system compiles what the one with it does.</summary>
    [TestMethod]
    public void TheFallbackLeavesNothingOut() => Expect.Nothing(Omissions(Repository.Tree));

    /// <summary>HintPath, packages.config and nanoFramework.props agree.</summary>
    [TestMethod]
    public void PackagesAgree() => Expect.Nothing(Packages(Repository.Tree));

    /// <summary>Planted: a file that is not listed, one that is not there, one listed twice, patterns; a host project that helps itself.</summary>
    [TestMethod]
    public void AForgottenSourceIsSeen()
    {
        Tree tree = Tree.Of(
            ("firmware/A/A.projitems", "<Project><Compile Include=\"$(MSBuildThisFileDirectory)Sub\\One.cs\" /><Compile Include=\"$(MSBuildThisFileDirectory)Gone.cs\" /></Project>"),
            ("firmware/A/A.nfproj", "<Project><Import Project=\"A.projitems\" /><Compile Include=\"All\\*.cs\" /><Compile Include=\"Sub\\Three.cs\" /></Project>"),
            ("firmware/A/Sub/One.cs", ""),
            ("firmware/A/Sub/Two.cs", ""),
            ("firmware/A/Sub/Three.cs", ""),
            ("firmware/A/Sub/Sub.projitems", "<Project><Compile Include=\"$(MSBuildThisFileDirectory)Three.cs\" /></Project>"),
            ("firmware/A/Task.cs", ""),
            ("firmware/A/A.targets", "<Project><Code Source=\"$(MSBuildThisFileDirectory)Task.cs\" /></Project>"),
            ("tools/H/H.csproj", "<Project><Compile Include=\"../../firmware/A/**/*.cs\" /><Compile Include=\"../X/*.cs\" /></Project>"));
        Expect.Caught(
            Sources(tree),
            "A.projitems: firmware/A/Gone.cs is not there",
            "firmware/A/Sub/Two.cs is in no list",
            "firmware/A/Sub/Three.cs is listed twice",
            "A.nfproj: All\\*.cs is a pattern",
            "H.csproj: ../../firmware/A/**/*.cs: import the list");
    }

    /// <summary>Planted: a source, a list and a removal for one of the two builds; a condition of another kind is none.</summary>
    [TestMethod]
    public void AnOmissionIsSeen()
    {
        const string Both = "'$(UsesNanoFrameworkProjectSystem)' == 'true'";
        Tree tree = Tree.Of(
            ("nanoFramework.props", "<Project><ItemGroup><Compile Remove=\"C.cs\" /></ItemGroup></Project>"),
            ("firmware/A/A.nfproj", $"<Project><ItemGroup Condition=\"{Both}\"><Compile Include=\"A.cs\" /><None Include=\"packages.config\" /></ItemGroup><Import Project=\"B.projitems\" Condition=\"{Both}\" /></Project>"),
            ("firmware/A/B.projitems", "<Project><ItemGroup Condition=\"'$(ApplicationVersion)' == '1'\"><Compile Include=\"D.cs\" /></ItemGroup><Compile Include=\"E.cs\" Exclude=\"F.cs\" /></Project>"));
        Expect.Caught(Omissions(tree), "nanoFramework.props: C.cs", "A.nfproj: A.cs", "A.nfproj: B.projitems", "B.projitems: E.cs");
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
            ("firmware/C/C.nfproj", "<Project>" + Reference("B", "b.$(NanoBVersion)\\lib\\B.dll") + "</Project>"),
            ("firmware/D/D.nfproj", "<Project><ProjectReference Include=\"..\\B\\B.nfproj\" /></Project>"),
            ("firmware/D/packages.config", "<packages />"));
        Expect.Caught(
            Packages(tree),
            "A.nfproj: a is 1.0 in nanoFramework.props and 1.1 in packages.config",
            "A.nfproj: ..\\..\\packages\\b.2.0\\lib\\B.dll: not packages\\id.$(version)\\lib\\file",
            "A.nfproj: NanoCVersion is not in nanoFramework.props",
            "A.nfproj: D is not the file E",
            "A.nfproj: packages.config has x, no reference has",
            "C.nfproj: no packages.config",
            "D.nfproj: firmware/B/B.nfproj brings b");
    }

    private static IEnumerable<string> Sources(Tree tree)
    {
        string[] lists = tree.Projects(".nfproj", ".projitems");
        Item[] items = [.. lists.Concat(tree.Projects(".csproj")).SelectMany(file => Compiled(tree, file))];
        string[] folders = [.. lists.Select(Tree.Folder)];
        bool IsListed(string path) => folders.Any(folder => path.StartsWith(folder + "/", StringComparison.Ordinal));
        foreach (Item item in items)
        {
            bool inList = lists.Contains(item.File);
            if (inList && item.Include.Contains('*'))
            {
                yield return $"{item.File}: {item.Include} is a pattern";
            }
            else if (inList && !tree.Has(item.Path))
            {
                yield return $"{item.File}: {item.Path} is not there";
            }
            else if (!inList && IsListed(item.Path) && !item.Path.StartsWith(Tree.Folder(item.File) + "/", StringComparison.Ordinal))
            {
                yield return $"{item.File}: {item.Include}: import the list";
            }
        }

        foreach (string source in tree.Under([.. folders], ".cs").Except(folders.SelectMany(folder => BuildTasks(tree, folder)).OfType<string>()))
        {
            int times = items.Count(item => item.Path == source);
            if (times != 1)
            {
                yield return times == 0 ? $"{source} is in no list" : $"{source} is listed twice";
            }
        }
    }

    /// <summary>What a file says is to be compiled: as written, and as a path of the repository.</summary>
    private static IEnumerable<Item> Compiled(Tree tree, string file)
    {
        return from item in Named(tree.Xml(file), "Compile")
               from include in ((string?)item.Attribute("Include") ?? "").Split(';', StringSplitOptions.RemoveEmptyEntries)
               let path = include.Replace("$(MSBuildThisFileDirectory)", "", StringComparison.Ordinal)
               where !path.StartsWith('$')
               select new Item(file, include, Tree.Resolve(file, path) ?? "?");
    }

    private static IEnumerable<string> Omissions(Tree tree)
    {
        foreach (string file in tree.Projects(".nfproj", ".projitems").Append("nanoFramework.props"))
        {
            foreach (XElement element in tree.Xml(file).Descendants())
            {
                string name = (string?)element.Attribute("Include") ?? (string?)element.Attribute("Remove") ?? (string?)element.Attribute("Project") ?? "";
                bool isSource = element.Name.LocalName == "Compile" || (element.Name.LocalName == "Import" && name.EndsWith(".projitems", StringComparison.Ordinal));
                bool isConditional = element.AncestorsAndSelf().Any(e => ((string?)e.Attribute("Condition") ?? "").Contains("NanoFramework", StringComparison.Ordinal));
                if (isSource && (isConditional || element.Attribute("Remove") is not null || element.Attribute("Exclude") is not null))
                {
                    yield return $"{file}: {name} is left out of one of the two builds";
                }
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

        // What a project uses is deployed with it: the package manager looks at no project behind a project.
        foreach (string used in Named(tree.Xml(project), "ProjectReference").Select(item => Tree.Resolve(project, (string)item.Attribute("Include")!)!).Where(tree.Has))
        {
            foreach (string id in Named(tree.Xml(Tree.Folder(used) + "/packages.config"), "package").Select(package => (string)package.Attribute("id")!).Where(id => !configured.ContainsKey(id)))
            {
                yield return $"{project}: {used} brings {id}, packages.config has it not";
            }
        }
    }

    private static IEnumerable<XElement> Named(XElement root, string name) => root.Descendants().Where(element => element.Name.LocalName == name);

    private sealed record Item(string File, string Include, string Path);

    [GeneratedRegex(@"^(\.\.\\)+packages\\(?<id>[A-Za-z0-9.]+)\.\$\((?<version>\w+)\)\\lib\\(?<file>[A-Za-z0-9.]+)\.(dll|exe)$")]
    private static partial Regex HintPath();
}

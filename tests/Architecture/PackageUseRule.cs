using System.Text.RegularExpressions;
using System.Xml.Linq;
using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>
/// What a firmware project uses comes from a package it references. NanoApi is one assembly, so that the fallback build compiles a project that lacks
/// a reference; the nanoFramework project system would not. The first line of each source of NanoApi names its package.
/// </summary>
[TestClass]
public sealed partial class PackageUseRule
{
    /// <summary>Every project of the firmware.</summary>
    [TestMethod]
    public void EveryPackageInUseIsReferenced()
    {
        Dictionary<string, string> packages = PackageOfTypes(Repository.Tree);
        Assert.IsGreaterThan(60, packages.Count);
        IEnumerable<(string Project, ModuleDefinition Module)> projects = Il.Firmware().Select(module => (ProjectOf(Repository.Tree, module), module))
            .Concat(Il.NanoTests().Select(tests => (Repository.Tree.Projects($"/{tests.Key}.nfproj").Single(), tests.Value)));
        Expect.Nothing(projects.SelectMany(project => Violations(project.Project, project.Module, packages, References(Repository.Tree, project.Project))));
    }

    /// <summary>Planted: a project that has lost its reference to a package, and a type that no source of NanoApi declares.</summary>
    [TestMethod]
    public void AMissingReferenceIsSeen()
    {
        Tree api = Tree.Of(
            ("tools/NanoApi/CoreLibrary/All.cs", "// Package nanoFramework.CoreLibrary (mscorlib): all.\nnamespace System\n{\n    public class Object\n    {\n    }\n    public class String\n    {\n    }\n}\n"),
            ("tools/NanoApi/Text.cs", "// Package nanoFramework.System.Text.\nnamespace System.Text\n{\n    public sealed class StringBuilder\n    {\n    }\n}\n"));
        using AssemblyDefinition assembly = AssemblyDefinition.CreateAssembly(new AssemblyNameDefinition("Planted", new Version(1, 0)), "Planted", ModuleKind.Dll);
        AssemblyNameReference nano = new("NanoApi", new Version(1, 0));
        assembly.MainModule.AssemblyReferences.Add(nano);
        TypeDefinition type = new("Planted", "User", TypeAttributes.Class, new TypeReference("System", "Object", assembly.MainModule, nano));
        type.Fields.Add(new FieldDefinition("Text", FieldAttributes.Private, new TypeReference("System.Text", "StringBuilder", assembly.MainModule, nano)));
        type.Fields.Add(new FieldDefinition("Disk", FieldAttributes.Private, new TypeReference("System.IO", "File", assembly.MainModule, nano)));
        assembly.MainModule.Types.Add(type);
        Dictionary<string, string> packages = PackageOfTypes(api);
        Expect.Caught(
            Violations("Planted", assembly.MainModule, packages, ["nanoFramework.CoreLibrary"]),
            "Planted: uses System.Text.StringBuilder of nanoFramework.System.Text",
            "Planted: uses System.IO.File of no package");
        Expect.Caught(Violations("Planted", assembly.MainModule, packages, ["nanoFramework.CoreLibrary", "nanoFramework.System.Text"]), "System.IO.File");
    }

    private static IEnumerable<string> Violations(string project, ModuleDefinition module, Dictionary<string, string> packages, HashSet<string> referenced)
    {
        return from used in Il.Types(module).SelectMany(Il.UsedTypes).Select(use => Il.Outermost(use.Used)).Where(type => type.Scope.Name == "NanoApi").DistinctBy(type => type.FullName)
               let package = packages.GetValueOrDefault(used.FullName)
               where package is null || !referenced.Contains(package)
               select $"{project}: uses {used.FullName} of {package ?? "no package"}, which it does not reference";
    }

    private static string ProjectOf(Tree tree, ModuleDefinition module)
    {
        return tree.Projects(".nfproj").Single(path => tree.Xml(path).Descendants().Any(e => e.Name.LocalName == "AssemblyName" && e.Value == module.Assembly.Name.Name));
    }

    /// <summary>The packages that a project references.</summary>
    private static HashSet<string> References(Tree tree, string project)
    {
        return [.. tree.Xml(Tree.Folder(project) + "/packages.config").Elements().Select(package => (string)package.Attribute("id")!)];
    }

    /// <summary>Type name to package, read out of NanoApi's sources.</summary>
    private static Dictionary<string, string> PackageOfTypes(Tree tree)
    {
        Dictionary<string, string> packages = [];
        foreach (string path in tree.Under(["tools/NanoApi"], ".cs"))
        {
            string text = tree[path];
            Match header = Header().Match(text);
            Assert.IsTrue(header.Success, path + " does not begin with the name of its package");
            string space = "";
            foreach (Match match in Declaration().Matches(text))
            {
                if (match.Groups["space"].Success)
                {
                    space = match.Groups["space"].Value;
                }
                else
                {
                    packages[space + "." + match.Groups["type"].Value] = header.Groups["id"].Value;
                }
            }
        }

        return packages;
    }

    [GeneratedRegex(@"\A// Packages? (?<id>[A-Za-z0-9.]*[A-Za-z0-9])")]
    private static partial Regex Header();

    // Types at the first level of a namespace; nested ones go by the type around them.
    [GeneratedRegex(@"^namespace (?<space>[\w.]+)|^ {4}public [a-z ]*?\b(class|struct|interface|enum|delegate [\w.\[\]]+) (?<type>\w+)", RegexOptions.Multiline)]
    private static partial Regex Declaration();
}

using System.Xml.Linq;
using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>
/// The shared tests are built twice: as one assembly for .NET and, split for the platform's tables, for nanoFramework's test adapter. Both must run the
/// same tests, and the adapter finds only what is named and marked as it wants.
/// </summary>
[TestClass]
public sealed class TestAdapterRule
{
    private const string Attributes = "nanoFramework.TestFramework.";

    /// <summary>Each test of .NET's build is in exactly one assembly of the adapter's, and the other way round.</summary>
    [TestMethod]
    public void BothBuildsHaveTheSameTests()
    {
        string[] host = [.. Tests(Il.HostTests())];
        Assert.IsGreaterThan(300, host.Length);
        Expect.Nothing(Differences(host, [.. Il.NanoTests().Values.SelectMany(Tests)]));
    }

    /// <summary>The adapter looks for the assembly NFUnitTest and calls tests without an object: static state, no Setup or Cleanup, no parameters.</summary>
    [TestMethod]
    public void TestsAreAsTheAdapterWantsThem() => Expect.Nothing(Il.NanoTests().SelectMany(project => Il.Types(project.Value).SelectMany(Oddities).Concat(Named(project.Key, project.Value))));

    /// <summary>Each test project of the adapter is marked as one, only where there is an adapter, and has the settings.</summary>
    [TestMethod]
    public void ProjectsAreTestProjects() => Expect.Nothing(Projects(Repository.Tree));

    /// <summary>The settings run on the virtual device, one test at a time.</summary>
    [TestMethod]
    public void SettingsAreForTheVirtualDevice()
    {
        XElement settings = Repository.Tree.Xml("tests/Core.Tests/Nano/nano.runsettings");
        Assert.AreEqual("1", settings.Element("RunConfiguration")?.Element("MaxCpuCount")?.Value);
        Assert.AreEqual("net48", settings.Element("RunConfiguration")?.Element("TargetFrameworkVersion")?.Value);
        Assert.AreEqual("x64", settings.Element("RunConfiguration")?.Element("TargetPlatform")?.Value);
        Assert.AreEqual("False", settings.Element("nanoFrameworkAdapter")?.Element("IsRealHardware")?.Value);
    }

    /// <summary>Planted: a test on one side only, and one that is in two assemblies.</summary>
    [TestMethod]
    public void ADifferenceIsSeen() => Expect.Caught(Differences(["A", "B", "C"], ["A", "C", "C", "D"]), "B: on .NET only", "C: 2 times", "D: on nanoFramework only");

    /// <summary>Planted: state in an object, a constructor that does something, a test with a parameter, one that is not public, and one in a class without the mark.</summary>
    [TestMethod]
    public void AnOddTestIsSeen()
    {
        Expect.Caught(
            Il.Planted("AdapterTests").SelectMany(Oddities),
            "Stateful::_count: state of an object",
            "Stateful::WithParameter",
            "Stateful::NotPublic",
            "Stateful::Prepare: SetupAttribute",
            "Unmarked::Lost: in a class without TestClass");
    }

    /// <summary>Planted: a project without the capability, with the mark in both builds, without settings.</summary>
    [TestMethod]
    public void AnUnmarkedProjectIsSeen()
    {
        const string Real = "Condition=\"'$(UsesNanoFrameworkProjectSystem)' == 'true'\"";
        const string Name = "<AssemblyName>NFUnitTest</AssemblyName><TestProjectType>UnitTest</TestProjectType>";
        Tree tree = Tree.Of(
            ("tests/nano.runsettings", "<RunSettings />"),
            ("tests/A/A.nfproj", $"<Project><IsTestProject {Real}>true</IsTestProject>{Name}<RunSettingsFilePath>$(MSBuildProjectDirectory)\\..\\nano.runsettings</RunSettingsFilePath></Project>"),
            ("tests/B/B.nfproj", $"<Project><IsTestProject>true</IsTestProject><AssemblyName>B</AssemblyName><ProjectCapability Include=\"TestContainer\" {Real} /></Project>"));
        Expect.Caught(
            Projects(tree),
            "A.nfproj: no capability TestContainer",
            "B.nfproj: IsTestProject without the nanoFramework project system",
            "B.nfproj: AssemblyName is B",
            "B.nfproj: TestProjectType is nothing",
            "B.nfproj: no settings");
    }

    private static IEnumerable<string> Tests(ModuleDefinition module)
    {
        return from type in Il.Types(module)
               from method in type.Methods
               where Has(method, "TestMethodAttribute")
               select $"{type.FullName}.{method.Name}";
    }

    private static IEnumerable<string> Differences(string[] host, string[] nano)
    {
        return host.Except(nano).Select(name => name + ": on .NET only")
            .Concat(nano.Except(host).Select(name => name + ": on nanoFramework only"))
            .Concat(nano.GroupBy(name => name).Where(name => name.Count() > 1).Select(name => $"{name.Key}: {name.Count()} times on nanoFramework"));
    }

    private static IEnumerable<string> Named(string project, ModuleDefinition module)
    {
        return module.Assembly.Name.Name == "NFUnitTest" ? [] : [$"{project}: the assembly is {module.Assembly.Name.Name}"];
    }

    private static IEnumerable<string> Oddities(TypeDefinition type)
    {
        bool isTests = Has(type, "TestClassAttribute");
        foreach (FieldDefinition field in type.Fields.Where(field => isTests && !field.IsStatic))
        {
            yield return $"{field.FullName}: state of an object; there is none when tests run";
        }

        foreach (MethodDefinition method in type.Methods)
        {
            string name = $"{type.FullName}::{method.Name}";
            foreach (string attribute in (string[])["SetupAttribute", "CleanupAttribute", "DataRowAttribute"])
            {
                if (Has(method, attribute))
                {
                    yield return $"{name}: {attribute}, which is a test of its own there";
                }
            }

            if (Has(method, "TestMethodAttribute"))
            {
                if (!isTests)
                {
                    yield return $"{name}: in a class without TestClass";
                }

                if (!method.IsPublic || method.HasParameters || method.ReturnType.FullName != "System.Void")
                {
                    yield return $"{name}: not public, with parameters or with a result";
                }
            }
        }
    }

    private static bool Has(ICustomAttributeProvider place, string attribute) => place.CustomAttributes.Any(a => a.AttributeType.FullName == Attributes + attribute);

    private static IEnumerable<string> Projects(Tree tree)
    {
        foreach (string project in tree.Projects(".nfproj").Where(path => path.StartsWith("tests/", StringComparison.Ordinal)))
        {
            XElement[] all = [.. tree.Xml(project).Descendants()];
            if (!all.Any(e => e.Name.LocalName == "ProjectCapability" && (string?)e.Attribute("Include") == "TestContainer"))
            {
                yield return $"{project}: no capability TestContainer";
            }

            foreach (XElement mark in all.Where(e => e.Name.LocalName is "IsTestProject" or "ProjectCapability"))
            {
                if (!mark.AncestorsAndSelf().Any(e => ((string?)e.Attribute("Condition") ?? "").Contains("'$(UsesNanoFrameworkProjectSystem)' == 'true'", StringComparison.Ordinal)))
                {
                    yield return $"{project}: {mark.Name.LocalName} without the nanoFramework project system";
                }
            }

            foreach ((string property, string wanted) in (ValueTuple<string, string>[])[("AssemblyName", "NFUnitTest"), ("TestProjectType", "UnitTest"), ("IsTestProject", "true")])
            {
                string value = all.LastOrDefault(e => e.Name.LocalName == property)?.Value ?? "nothing";
                if (value != wanted)
                {
                    yield return $"{project}: {property} is {value}";
                }
            }

            string? settings = all.LastOrDefault(e => e.Name.LocalName == "RunSettingsFilePath")?.Value;
            if (settings is null || !tree.Has(Tree.Resolve(project, settings.Replace("$(MSBuildProjectDirectory)\\", "", StringComparison.Ordinal)) ?? "?"))
            {
                yield return $"{project}: no settings";
            }
        }
    }
}

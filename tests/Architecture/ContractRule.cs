using Mono.Cecil;

namespace DeviceFirmware.Tests.Architecture;

/// <summary>
/// The contract with applications is frozen: the public members of each line lie in Contract/LINE.txt, and the assembly has those of the line it
/// says it is. Applications are bound to major.minor, so whoever changes a member without raising it breaks those that are out there.
/// </summary>
[TestClass]
public sealed class ContractRule
{
    private const string Folder = "tests/Architecture/Contract/";

    private static readonly string _file = Path.Combine(AppContext.BaseDirectory, "read", "firmware", "DeviceFirmware.Contract.dll");

    /// <summary>The assembly as it is built now.</summary>
    [TestMethod]
    public void TheContractIsThatOfItsLine()
    {
        string line = Line(_file);
        Assert.IsTrue(Repository.Tree.Paths.Contains($"{Folder}{line}.txt"), $"no {Folder}{line}.txt: a new line of the contract gets a file of its own, and the old ones stay");
        Expect.Nothing(Violations(Repository.Tree[$"{Folder}{line}.txt"], Shape(PublicShape.Read(_file))));
    }

    /// <summary>The platform refuses applications of another line than the one it has.</summary>
    [TestMethod]
    public void ThePlatformSaysTheSameLine()
    {
        FieldDefinition constant = Il.Core().Single(type => type.FullName == "DeviceFirmware.Lifecycle.Platform").Fields.Single(field => field.Name == "Contract");
        Assert.AreEqual(Line(_file), constant.Constant);
    }

    /// <summary>Planted: a member too many, one too few, another signature, another value.</summary>
    [TestMethod]
    public void AChangeIsSeen()
    {
        string frozen = string.Join('\n', Shape(PublicShape.Read(_file)));
        string[] changed = [.. Shape(PublicShape.Read(_file))
            .Where(line => line != "interface DeviceFirmware.Contract.IApplication: void Stop()")
            .Select(line => line.Replace("int Turn()", "void Turn()", StringComparison.Ordinal).Replace("Line = 1.0", "Line = 1.1", StringComparison.Ordinal))
            .Append("interface DeviceFirmware.Contract.IApplication: void More()")];
        Expect.Caught(
            Violations(frozen, changed),
            "gone: interface DeviceFirmware.Contract.IApplication: void Stop()",
            "gone: interface DeviceFirmware.Contract.IApplication: int Turn()",
            "gone: static class DeviceFirmware.Contract.ContractVersion: const string Line = 1.0",
            "new: interface DeviceFirmware.Contract.IApplication: void Turn()",
            "new: static class DeviceFirmware.Contract.ContractVersion: const string Line = 1.1",
            "new: interface DeviceFirmware.Contract.IApplication: void More()");
    }

    private static string Line(string file)
    {
        using ModuleDefinition module = ModuleDefinition.ReadModule(file);
        return module.Assembly.Name.Version.ToString(2);
    }

    private static IEnumerable<string> Shape(Dictionary<string, ShapeOfType> types)
    {
        return types.OrderBy(type => type.Key, StringComparer.Ordinal)
            .SelectMany(type => type.Value.Members.Order(StringComparer.Ordinal).Select(member => $"{type.Value.Kind} {type.Key}: {member}"));
    }

    private static IEnumerable<string> Violations(string frozen, IEnumerable<string> shape)
    {
        string[] was = [.. frozen.Split('\n').Where(line => line.Length > 0)];
        string[] now = [.. shape];
        return was.Except(now).Select(line => "gone: " + line).Concat(now.Except(was).Select(line => "new: " + line));
    }
}

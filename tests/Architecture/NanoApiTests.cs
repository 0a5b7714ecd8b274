namespace DeviceFirmware.Tests.Architecture;

/// <summary>NanoApi says about nanoFramework only what is true, and NanoSim is what NanoApi says.</summary>
[TestClass]
public sealed class NanoApiTests
{
    private static readonly Dictionary<string, ShapeOfType> _api = PublicShape.Read(Beside("read", "NanoApi.dll"));
    private static readonly Dictionary<string, ShapeOfType> _simulation = PublicShape.Read(Beside("NanoSim.dll"));

    /// <summary>Each type and member of NanoApi is one of the packages', in the same shape.</summary>
    [TestMethod]
    public void NanoApiIsPartOfThePackages()
    {
        Dictionary<string, ShapeOfType>? lists = PackageLists.Read();
        if (lists is null)
        {
            Assert.Inconclusive("the lists of the packages' members (shared/nano-api, or NANO_API_LISTS) are not on this machine");
        }

        string[] differences = [.. _api.SelectMany(type => Differences(type.Key, type.Value, lists.GetValueOrDefault(type.Key)))];
        Assert.IsEmpty(differences, string.Join('\n', differences));
    }

    /// <summary>A type of NanoSim has exactly the members that the same type of NanoApi has.</summary>
    [TestMethod]
    public void NanoSimIsWhatNanoApiSays()
    {
        List<string> differences = [];
        foreach ((string name, ShapeOfType shape) in _simulation)
        {
            if (!_api.TryGetValue(name, out ShapeOfType? expected))
            {
                differences.Add($"{name}: not in NanoApi");
                continue;
            }

            if (shape.Kind != expected.Kind)
            {
                differences.Add($"{name}: {shape.Kind}, in NanoApi {expected.Kind}");
            }

            differences.AddRange(shape.Members.Except(expected.Members).Select(member => $"{name}: {member} is not in NanoApi"));
            differences.AddRange(expected.Members.Except(shape.Members).Select(member => $"{name}: {member} is missing"));
        }

        Assert.IsEmpty(differences, string.Join('\n', differences));
    }

    /// <summary>The comparison is one: a changed name, type, default or value is seen.</summary>
    [TestMethod]
    [DataRow("System.IO.Ports.SerialPort", "int baudRate = 9600", "int baudRate = 19200")]
    [DataRow("System.IO.File", "static bool Exists(string path)", "static bool Exists(string name)")]
    [DataRow("System.IO.FileMode", "Create = 2", "Create = 3")]
    [DataRow("System.String", "int Length { get; }", "long Length { get; }")]
    [DataRow("System.Threading.Monitor", "static void Exit(object obj)", "static void Exit(object obj, bool taken)")]
    public void ADifferenceIsSeen(string type, string member, string changed)
    {
        ShapeOfType shape = _api[type];
        ShapeOfType other = shape with { Members = [.. shape.Members.Select(m => m.Replace(member, changed, StringComparison.Ordinal))] };
        Assert.IsEmpty(Differences(type, shape, shape));
        Assert.HasCount(1, Differences(type, shape, other));
    }

    private static IEnumerable<string> Differences(string name, ShapeOfType shape, ShapeOfType? listed)
    {
        if (listed is null)
        {
            return [$"{name}: no package has this type"];
        }

        List<string> differences = [];
        if (shape.Kind != listed.Kind)
        {
            differences.Add($"{name}: {shape.Kind}, in the package {listed.Kind}");
        }

        if (shape.Base is not null && shape.Base != listed.Base)
        {
            differences.Add($"{name}: base {shape.Base}, in the package {listed.Base}");
        }

        differences.AddRange(shape.Interfaces.Except(listed.Interfaces).Select(i => $"{name}: interface {i} is not in the package"));
        differences.AddRange(shape.Members.Select(m => m.Trim()).Except(listed.Members).Select(m => $"{name}: {m} is not in the package"));
        return differences;
    }

    private static string Beside(params string[] path) => Path.Combine([AppContext.BaseDirectory, .. path]);
}

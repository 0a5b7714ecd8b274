extern alias board;

using System.Reflection;
using System.Runtime.CompilerServices;
using board::DeviceFirmware.Image;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeviceFirmware.Tests.Architecture.Adapters;

/// <summary>Applications of one line each, compiled as an update would bring them: payload kind 2, a reference to the contract.</summary>
internal sealed record BadApplication
{
    private static readonly MetadataReference[] _platform =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(file => Path.GetFileName(file).StartsWith("System.", StringComparison.Ordinal)).Select(file => MetadataReference.CreateFromFile(file))];

    private static int _number;

    /// <summary>Statements of Start; <c>_platform</c> is there.</summary>
    public string Start { get; init; } = "";

    /// <summary>Statements of Configure; <c>settings</c> are there.</summary>
    public string Configure { get; init; } = "return null;";

    /// <summary>Statements of Turn.</summary>
    public string Turn { get; init; } = "return 10;";

    /// <summary>Statements of IsHealthy.</summary>
    public string Health { get; init; } = "return true;";

    /// <summary>Statements of Stop.</summary>
    public string Stop { get; init; } = "";

    /// <summary>Further members.</summary>
    public string Members { get; init; } = "";

    /// <summary>The application as a verified image; with a line, built for that line of the contract.</summary>
    public VerifiedImage Build(string? line = null)
    {
        string source = "using System; using DeviceFirmware.Contract; namespace DeviceFirmware.App { public sealed class Application : IApplication { private IPlatform _platform; "
            + $"public void Start(IPlatform platform) {{ _platform = platform; {Start} }} public string Configure(ISettings settings) {{ {Configure} }} "
            + $"public int Turn() {{ {Turn} }} public bool IsHealthy {{ get {{ {Health} }} }} public void Stop() {{ {Stop} }} {Members} }} }}";
        MetadataReference contract = line is null
            ? MetadataReference.CreateFromFile(Path.Combine(AppContext.BaseDirectory, "DeviceFirmware.Contract.dll"))
            : MetadataReference.CreateFromImage(Compile("DeviceFirmware.Contract", [.. ContractOf(line)], []));
        byte[] module = Compile($"Bad{Interlocked.Increment(ref _number)}", [source], [contract]);

        // Past the image door, which is not what these tests are about.
        var image = (VerifiedImage)RuntimeHelpers.GetUninitializedObject(typeof(VerifiedImage));
        typeof(VerifiedImage).GetField("_modules", BindingFlags.Instance | BindingFlags.NonPublic)!.SetValue(image, new[] { module });
        return image;
    }

    private static IEnumerable<string> ContractOf(string line)
    {
        return Repository.Tree.Under(["firmware/Contract"], ".cs").Select(path => Repository.Tree[path].Replace("Line = \"1.0\"", $"Line = \"{line}\"", StringComparison.Ordinal));
    }

    private static byte[] Compile(string name, string[] sources, MetadataReference[] references)
    {
        CSharpCompilation compilation = CSharpCompilation.Create(
            name, sources.Select(source => CSharpSyntaxTree.ParseText(source)), [.. _platform, .. references], new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
        using MemoryStream assembly = new();
        Assert.IsTrue(compilation.Emit(assembly) is { Success: true }, string.Join('\n', compilation.GetDiagnostics()));
        return assembly.ToArray();
    }
}
